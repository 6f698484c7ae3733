namespace Tidemark.EndToEnd.Support;

/// <summary>What a test wants of a server of its own.</summary>
public sealed record ServerOptions
{
    /// <summary>Set for the superuser and asked for on TCP (scram-sha-256); null: everyone on this machine is trusted.</summary>
    public string? Password { get; init; }

    /// <summary>More lines of postgresql.conf: name to value, unquoted.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>MiB of a segment of WAL, which initdb fixes.</summary>
    public int SegmentMegabytes { get; init; } = 16;

    /// <summary>A stopped server's data folder to begin with; null: a fresh one.</summary>
    public string? DataFrom { get; init; }

    /// <summary>It begins with archive recovery, and is ready when that has ended.</summary>
    public bool Recovers { get; init; }
}
