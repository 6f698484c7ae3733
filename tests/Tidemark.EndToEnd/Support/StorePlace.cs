namespace Tidemark.EndToEnd.Support;

/// <summary>An empty place in a real store, and the variables that a user sets to reach it.</summary>
/// <param name="Address">For BACKUP_DIR.</param>
/// <param name="Variables">Name to value.</param>
public sealed record StorePlace(string Address, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The bucket or container.</summary>
    public string Bucket => new Uri(Address).Host;

    /// <summary>The same place reached another way.</summary>
    public StorePlace With(string variable, string value) => this with { Variables = new Dictionary<string, string>(Variables) { [variable] = value } };
}
