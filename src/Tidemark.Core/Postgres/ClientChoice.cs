namespace Tidemark.Postgres;

/// <summary>Which installed client dumps or restores a server, and what to be wary of. Pure.</summary>
/// <remarks>
/// pg_dump must be at least the server's major. Within a major the minor counts too: a server with a newer minor release can
/// hold catalogue entries that only its own pg_dump writes correctly (seen: 15.20's pg_attver, copied wrongly by 17.11 and 18.6).
/// </remarks>
internal sealed record ClientChoice(ClientTools Tools, string? Warning)
{
    /// <summary>Best first: own major with a minor at least the server's, own major, then the lowest newer major.</summary>
    public static ClientChoice? For(ServerVersion server, IEnumerable<ClientTools> installed)
    {
        var usable = installed.Where(tools => tools.Version.Major >= server.Major).ToList();
        var own = usable.Where(tools => tools.Version.Major == server.Major).MaxBy(tools => tools.Version);
        if (own is not null)
            return new(own, own.Version.Minor >= server.Minor ? null
                : $"the client {own.Version} is an older minor release than the server {server}: update it, or prove the backup by a test restore");
        var newer = usable.GroupBy(tools => tools.Version.Major).MinBy(group => group.Key)?.MaxBy(tools => tools.Version);
        return newer is null ? null : new(newer,
            $"the client {newer.Version} is of a newer major than the server {server}: only a test restore shows whether its dump restores there");
    }

    /// <summary>For a restore: the target's own major where it can read the archive, else the lowest newer major.</summary>
    /// <param name="target">The server restored to.</param>
    /// <param name="dumpedBy">The pg_dump that wrote the archive; a pg_restore of an older major may not read it.</param>
    /// <param name="installed">What is on this machine.</param>
    public static ClientChoice? ForRestore(ServerVersion target, ServerVersion? dumpedBy, IReadOnlyCollection<ClientTools> installed)
    {
        var readers = installed.Where(tools => dumpedBy is null || CanRead(tools.Version.Major, dumpedBy.Value.Major)).ToList();
        return For(target, readers) ?? (readers.MaxBy(tools => tools.Version) is { } any
            ? new ClientChoice(any, $"no client of the target's major {target.Major} that reads this archive is installed; using {any.Version}")
            : null);
    }

    // Archive versions: 1.14 since PostgreSQL 12, 1.15 since 16, 1.16 since 17 (src/bin/pg_dump/pg_backup_archiver.h).
    private static bool CanRead(int reader, int writer) => ArchiveVersion(reader) >= ArchiveVersion(writer);

    private static int ArchiveVersion(int major) => major >= 17 ? 16 : major >= 16 ? 15 : 14;
}
