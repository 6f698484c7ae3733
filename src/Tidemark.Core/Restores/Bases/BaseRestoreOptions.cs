using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <param name="Backup">Null: whichever leads to the target.</param>
/// <param name="Folder">Where the data directory is to come.</param>
/// <param name="Target">Up to where.</param>
/// <param name="Timeline">Null: the newest that can be reached.</param>
internal sealed record BaseRestoreOptions(BaseId? Backup, string Folder, RecoveryTarget Target, TimelineId? Timeline)
{
    public OldContent Old { get; init; }

    /// <summary>Null: laid down where there is room for it.</summary>
    public WalWay? Wal { get; init; }

    public RestoredRole Role { get; init; }

    /// <summary>When the target is reached the server goes on by itself.</summary>
    public bool Promote { get; init; }

    /// <summary>primary_conninfo of a standby.</summary>
    public string? Primary { get; init; }

    public int? Port { get; init; }

    public IReadOnlyList<MovedTablespace> Tablespaces { get; init; } = [];

    /// <summary>Absolute; pg_wal becomes a link to it.</summary>
    public string? WalFolder { get; init; }

    /// <summary>How the server calls us, for WAL.</summary>
    public required FetchCall Fetch { get; init; }
}

/// <summary>How a recovering server comes to its WAL.</summary>
internal enum WalWay
{
    /// <summary>All of it is laid into pg_wal beforehand.</summary>
    Local,

    /// <summary>It fetches each segment when it needs it.</summary>
    Fetch,
}
