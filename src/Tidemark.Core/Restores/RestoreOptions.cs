using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Where a restored dump goes.</summary>
internal enum RestoreMode
{
    /// <summary>Into a new database beside the others; the default, which can hurt nobody.</summary>
    Beside,

    /// <summary>Beside, and when everything has passed, in the place of the live one, which is kept under another name.</summary>
    Swap,

    /// <summary>Into a database named by the user: a new one, an empty one, or with its name confirmed a full one.</summary>
    Into,

    /// <summary>Over the live database in one transaction (custom format only).</summary>
    InPlace,
}

/// <summary>What the user asked to be restored.</summary>
internal sealed record RestoreOptions
{
    public required DumpEntry Source { get; init; }

    /// <summary>The server, and as its database the live one.</summary>
    public required DatabaseAddress Address { get; init; }

    public required RestoreMode Mode { get; init; }

    /// <summary>For <see cref="RestoreMode.Into"/>.</summary>
    public string? ToDatabase { get; init; }

    public bool Force { get; init; }

    public string? Confirm { get; init; }

    /// <summary>In the words of whoever asked; kept in the log and in the audit event.</summary>
    public string? Reason { get; init; }

    /// <summary>Null: all of the dump.</summary>
    public RestorePart? Part { get; init; }

    /// <summary>Leave out owners and grants.</summary>
    public bool NoOwner { get; init; }

    /// <summary>Make the roles that the dump names and the server lacks, as the globals beside it say.</summary>
    public bool CreateRoles { get; init; }

    /// <summary>Roles of the dump that others of this server stand in for.</summary>
    public IReadOnlyList<RenamedRole> RenamedRoles { get; init; } = [];

    public IReadOnlyDictionary<string, string> NewNames => RenamedRoles.ToDictionary(role => role.From, role => role.To, StringComparer.Ordinal);

    /// <summary>Compare rows per table after the restore.</summary>
    public bool Check { get; init; } = true;

    /// <summary>Who said that this is production (ENV, tidemark.json); null when nobody did. The server is asked as well.</summary>
    public string? ProductionSaidBy { get; init; }

    /// <summary>Hooks run in this folder.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>Each is run by <c>/bin/sh -c</c> with DATABASE_URL of the restored database.</summary>
    public required HookOptions Hooks { get; init; }
}
