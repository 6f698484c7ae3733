using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Whether the role may read every table and sequence; if not, the exact grants.</summary>
internal static class ReadRightsCheck
{
    /// <summary>Up to here each thing has its own grant; beyond, rights are given by the schema or for all.</summary>
    private const int FewEnough = 10;

    private static readonly CheckSubject Subject = new("read-rights", "read every table and sequence", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await ReadableTables.UnreadableAsync(connected.Connection, token), connected.Role, connected.Version));

    public static Check Judge(IReadOnlyList<UnreadableRelation> unreadable, string role, ServerVersion server)
    {
        if (unreadable.Count == 0) return Subject.Ok($"role \"{role}\" may read all");
        var named = string.Join(", ", unreadable.Take(FewEnough).Select(relation => relation.Name)) + (unreadable.Count > FewEnough ? $" and {unreadable.Count - FewEnough} more" : "");
        return Subject.Fail($"role \"{role}\" may not read {named}: pg_dump would stop there", string.Join('\n', Grants(unreadable, SqlText.Identifier(role), server)));
    }

    /// <summary>Lines of SQL that can be pasted as they are.</summary>
    private static IEnumerable<string> Grants(IReadOnlyList<UnreadableRelation> unreadable, string role, ServerVersion server)
    {
        var many = unreadable.Count > FewEnough;
        if (many && server.Major >= 14)
        {
            yield return $"GRANT pg_read_all_data TO {role};";
            yield break;
        }
        foreach (var schema in unreadable.Where(relation => !relation.MayEnterSchema).Select(relation => relation.Schema).Distinct())
            yield return $"GRANT USAGE ON SCHEMA {schema} TO {role};";
        foreach (var sequences in new[] { false, true })
        {
            var shut = unreadable.Where(relation => !relation.MayRead && relation.IsSequence == sequences).ToList();
            var kind = sequences ? "SEQUENCE" : "TABLE";
            if (shut.Count > 0)
                yield return $"GRANT SELECT ON {(many ? $"ALL {kind}S IN SCHEMA {string.Join(", ", shut.Select(relation => relation.Schema).Distinct())}" : $"{kind} {string.Join(", ", shut.Select(relation => relation.Name))}")} TO {role};";
        }
        if (server.Major >= 14) yield return $"-- or for all, and for tables yet to come: GRANT pg_read_all_data TO {role};";
    }
}
