namespace Tidemark.Cli.Output;

/// <param name="File">Its name.</param>
/// <param name="WasThere">Every store had it before.</param>
/// <param name="Ahead">How many other segments were stored with it.</param>
internal sealed record WalPushDocument(string File, bool WasThere, int Ahead);
