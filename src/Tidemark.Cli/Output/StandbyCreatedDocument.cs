namespace Tidemark.Cli.Output;

/// <summary>A standby that was made.</summary>
/// <param name="Name">Of it.</param>
/// <param name="DatabaseUrl">Without the password.</param>
/// <param name="Object">The name of publication, slot and subscription.</param>
/// <param name="Gaps">What does not travel.</param>
internal sealed record StandbyCreatedDocument(string Name, string DatabaseUrl, string Object, IReadOnlyList<string> Gaps);
