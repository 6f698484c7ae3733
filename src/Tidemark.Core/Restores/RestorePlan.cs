using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>What a restore will do, decided and printable before anything is done.</summary>
internal sealed record RestorePlan
{
    public required RestoreMode Mode { get; init; }

    /// <summary>What the first bytes of the dump said it is.</summary>
    public required StoredForm Form { get; init; }

    /// <summary>The database that receives the rows.</summary>
    public required string Target { get; init; }

    /// <summary>False: it is made, and dropped again if the restore fails.</summary>
    public required bool TargetExists { get; init; }

    /// <summary>The live database, for a swap.</summary>
    public string? Live { get; init; }

    public required bool LiveExists { get; init; }

    /// <summary>The name that the live database is kept under after a swap.</summary>
    public string? Kept { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required ServerVersion Server { get; init; }

    public required ClientTools Client { get; init; }

    /// <summary>psql is told to refuse backslash commands, whatever the script makes of its text at run time; false for an archive.</summary>
    public required bool RestrictsPsql { get; init; }

    /// <summary>Bytes of the dump as stored.</summary>
    public required long DumpSize { get; init; }

    /// <summary>Bytes the restored database will need, roughly: the size it had; null where nobody knows.</summary>
    public long? NeededBytes { get; init; }

    /// <summary>Bytes free under the server's data directory; null when it is not on this machine.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Sessions in the live database that a swap or in-place restore ends or waits for.</summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    /// <summary>What was written to the live database since the recovery point, in words; null when the mode does not touch it.</summary>
    public string? WrittenSince { get; init; }

    public IReadOnlyList<string> MissingRoles { get; init; } = [];

    /// <summary>Those of the missing roles that are made first, on request.</summary>
    public IReadOnlyList<NewRole> CreatedRoles { get; init; } = [];

    /// <summary>Roles of the dump that others of this server stand in for.</summary>
    public IReadOnlyList<RenamedRole> RenamedRoles { get; init; } = [];

    public IReadOnlyList<string> MissingTablespaces { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Null: all of the dump comes, or a part of a dump from which none can be taken.</summary>
    public PartPlan? Part { get; init; }

    /// <summary>What the production guard says, in words.</summary>
    public required string Guard { get; init; }

    /// <summary>Somebody said that this is production, whether or not the guard lets it pass.</summary>
    public bool IsProduction => Guard.StartsWith(ProductionGuard.Armed, StringComparison.Ordinal);

    /// <summary>Why it will not be done; the first is told. Empty when it may go ahead.</summary>
    public required IReadOnlyList<Fault> Refusals { get; init; }
}
