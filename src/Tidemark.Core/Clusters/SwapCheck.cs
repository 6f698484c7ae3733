using Npgsql;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Clusters;

/// <summary>What <c>restore --swap</c> needs beyond a restore: to own the database, to end the sessions of others, and nothing that is tied to it.</summary>
internal static class SwapCheck
{
    private static readonly CheckSubject Subject = new("swap-rights", "swap a restored database in", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await FactsAsync(connected, token), connected.Role, connected.Address.Database));

    private static async Task<SwapFacts> FactsAsync(ProbedServer server, CancellationToken token)
    {
        var blockers = await SwapBlockers.FindAsync(server.Connection, server.Address.Database, token);
        await using var command = new NpgsqlCommand("""
            select (select rolsuper from pg_roles where oid = datdba), pg_has_role(datdba, 'usage'), pg_has_role('pg_signal_backend', 'usage') or current_setting('is_superuser') = 'on',
                   array(select distinct usename::text from pg_stat_activity where datid = d.oid and backend_type = 'client backend' and not pg_has_role(usesysid, 'usage') order by 1)
              from pg_database d where datname = current_database()
            """, server.Connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new(server.Facts.Owner, reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetFieldValue<string[]>(3), blockers);
    }

    public static Check Judge(SwapFacts facts, string role, string database)
    {
        List<string> missing = [], grants = [];
        if (!facts.Owns)
        {
            missing.Add($"role \"{role}\" is not a member of \"{facts.Owner}\", which owns the database and may rename it");
            // Nobody is to become a superuser for the sake of a swap.
            grants.Add(facts.OwnerIsSuperuser ? $"ALTER DATABASE {SqlText.Identifier(database)} OWNER TO {SqlText.Identifier(role)}; -- or swap as \"{facts.Owner}\"" : $"GRANT {SqlText.Identifier(facts.Owner)} TO {SqlText.Identifier(role)};");
        }
        // An application mostly connects as the owner, whose sessions a member may end.
        if (!facts.EndsSessions && (!facts.Owns || facts.Others.Count > 0))
        {
            missing.Add(facts.Others.Count == 0 ? $"role \"{role}\" may not end the sessions of other roles" : $"role \"{role}\" may not end the sessions of {string.Join(", ", facts.Others)}");
            grants.Add($"GRANT pg_signal_backend TO {SqlText.Identifier(role)};");
        }
        if (missing.Count > 0) return Subject.Warn(string.Join("; ", missing), string.Join('\n', grants));
        return facts.Blockers.Count > 0 ? Subject.Warn($"a swap would be refused because of {string.Join("; ", facts.Blockers)}", "before a swap, do what stands in brackets; or restore beside and copy over")
            : Subject.Ok($"role \"{role}\" may rename \"{database}\" and end {(facts.EndsSessions ? "its sessions" : "the sessions that it has now")}");
    }
}

/// <param name="Owner">Of the database.</param>
/// <param name="OwnerIsSuperuser">So membership in it is too much to give.</param>
/// <param name="Owns">The role has the owner's rights.</param>
/// <param name="EndsSessions">It may end sessions of any role but superusers.</param>
/// <param name="Others">Roles connected just now whose sessions it could not end by membership.</param>
/// <param name="Blockers">What is tied to the database, each with what to do about it.</param>
internal sealed record SwapFacts(string Owner, bool OwnerIsSuperuser, bool Owns, bool EndsSessions, IReadOnlyList<string> Others, IReadOnlyList<string> Blockers);
