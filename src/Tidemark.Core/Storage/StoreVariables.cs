namespace Tidemark.Storage;

/// <summary>What the environment says of a store, in the variables that its own tools read.</summary>
internal static class StoreVariables
{
    /// <summary>The first of these that is set to something; null: none.</summary>
    public static string? Said(this IReadOnlyDictionary<string, string> environment, params string[] names) =>
        names.Select(name => environment.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
