namespace Tidemark.Storage.Azure;

/// <summary>A container, and how it is reached.</summary>
internal sealed record AzureOptions
{
    public required string Container { get; init; }

    /// <summary>Put before every key; empty, or ending in '/'.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>As Azure's own tools read it: with an account key or a shared access signature, which are secrets.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Without the secrets.</summary>
    public string Address => $"azblob://{Container}/{Prefix}".TrimEnd('/');

    /// <summary>A record would print its secrets.</summary>
    public override string ToString() => Address;
}
