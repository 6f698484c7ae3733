using Npgsql;
using Tidemark.BaseBackups;
using Tidemark.Configuration;

namespace Tidemark.Clusters;

/// <summary>What <c>backup --kind base</c> needs that a dump does not. Who wants none hears that it lacks, and no more.</summary>
internal static class BaseRightsCheck
{
    private static readonly CheckSubject Subject = new("base-rights", "take base backups", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(TidemarkOptions options, ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await FactsAsync(connected, token), options.Schedules.Any(schedule => schedule.IsOfCluster) || options.Wal.IsReceived, connected.Role, connected.QuotedRole, connected.Version.Major));

    /// <param name="facts">What the server says.</param>
    /// <param name="isWanted">A schedule takes them, or WAL is received, which is worth nothing without one.</param>
    /// <param name="role">Whom the server takes us for.</param>
    /// <param name="quoted">The same, as SQL wants it written.</param>
    /// <param name="major">Of the server.</param>
    public static Check Judge(BaseRights facts, bool isWanted, string role, string quoted, int major)
    {
        if (facts.Missing.Count == 0 && facts.MayReplicate) return Subject.Ok($"role \"{role}\" may, and so can read every byte of the cluster, password hashes included");
        var lacks = facts.Missing.Count > 0 ? $"may not use {string.Join(", ", facts.Missing)}" : "may not replicate, and nobody else brings the WAL that a backup needs";
        if (!isWanted) return Subject.Ok($"none is asked for; role \"{role}\" {lacks}");
        string[] grants = [.. facts.Missing.Count > 0 ? BackupGrants.Statements(role, major) : [], .. facts.MayReplicate ? Array.Empty<string>() : [$"alter role {quoted} replication"]];
        return Subject.Warn($"role \"{role}\" {lacks}; whom this is granted can read every byte of the cluster, password hashes included", string.Join('\n', grants.Select(grant => $"{grant};")));
    }

    private static async Task<BaseRights> FactsAsync(ProbedServer server, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select array(select f from unnest($1) f where not has_function_privilege(f, 'execute')) || array(select $2 where not pg_has_role($2, 'usage')),
                   (select rolsuper or rolreplication from pg_roles where rolname = current_user)
                     or (current_setting('archive_mode') <> 'off' and pg_has_role($2, 'usage') and position('wal push' in current_setting('archive_command', true)) > 0)
            """, server.Connection) { Parameters = { new() { Value = BackupGrants.Functions(server.Version.Major).ToArray() }, new() { Value = BackupGrants.Settings } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new BaseRights(reader.GetFieldValue<string[]>(0), reader.GetBoolean(1));
    }
}

/// <param name="Missing">Functions and the role that it may not use.</param>
/// <param name="MayReplicate">Or somebody brings the WAL already.</param>
internal sealed record BaseRights(IReadOnlyList<string> Missing, bool MayReplicate);
