using Npgsql;

namespace Tidemark.Drills.Checks;

/// <summary>Whether the database has as many objects of each kind as the dump makes. More is no loss: a constraint brings an index, and every database has a schema public.</summary>
internal static class SchemaCheck
{
    private const string Name = "schema objects";

    /// <summary>By pg_dump's words; what belongs to an extension is in no dump.</summary>
    private const string Count = """
        with own as (select classid, objid from pg_depend where deptype = 'e'),
             spaces as (select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
             relations as (select c.oid, relkind from pg_class c join spaces n on n.oid = relnamespace where not exists (select from own where classid = 'pg_class'::regclass and objid = c.oid)),
             routines as (select prokind from pg_proc p join spaces n on n.oid = pronamespace where not exists (select from own where classid = 'pg_proc'::regclass and objid = p.oid)),
             constraints as (select contype, convalidated from pg_constraint c join spaces n on n.oid = connamespace)
        select 'TABLE', count(*) from relations where relkind in ('r', 'p')
        union all select 'FOREIGN TABLE', count(*) from relations where relkind = 'f'
        union all select 'VIEW', count(*) from relations where relkind = 'v'
        union all select 'MATERIALIZED VIEW', count(*) from relations where relkind = 'm'
        union all select 'SEQUENCE', count(*) from relations where relkind = 'S'
        union all select 'INDEX', count(*) from relations where relkind in ('i', 'I')
        union all select 'FUNCTION', count(*) from routines where prokind in ('f', 'w')
        union all select 'PROCEDURE', count(*) from routines where prokind = 'p'
        union all select 'AGGREGATE', count(*) from routines where prokind = 'a'
        union all select 'CONSTRAINT', count(*) from constraints where contype in ('p', 'u', 'x') or contype = 'n' and not convalidated
        union all select 'CHECK CONSTRAINT', count(*) from constraints where contype = 'c'
        union all select 'FK CONSTRAINT', count(*) from constraints where contype = 'f'
        union all select 'TRIGGER', count(*) from pg_trigger where tgrelid in (select oid from relations) and not tgisinternal
        union all select 'RULE', count(*) from pg_rewrite where ev_class in (select oid from relations) and rulename <> '_RETURN'
        union all select 'POLICY', count(*) from pg_policy where polrelid in (select oid from relations)
        union all select 'DOMAIN', count(*) from pg_type where typnamespace in (select oid from spaces) and typtype = 'd'
        union all select 'EVENT TRIGGER', count(*) from pg_event_trigger
        union all select 'EXTENSION', count(*) from pg_extension
        union all select 'SCHEMA', count(*) from spaces
        """;

    /// <param name="connection">To the restored database.</param>
    /// <param name="dumped">How many of each kind the dump makes.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, IReadOnlyDictionary<string, long> dumped, CancellationToken token)
    {
        if (dumped.Count == 0) return DrillCheck.Remark(Name, "the dump does not say what it makes: pg_dump did not write it");
        var there = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(Count, connection) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(token))
            while (await reader.ReadAsync(token)) there[reader.GetString(0)] = reader.GetInt64(1);
        var expected = dumped.Where(kind => there.ContainsKey(kind.Key)).OrderBy(kind => kind.Key, StringComparer.Ordinal).ToList();
        var missing = expected.Where(kind => there[kind.Key] < kind.Value).ToList();
        var (asked, got) = (InWords(expected), InWords(expected.Select(kind => KeyValuePair.Create(kind.Key, there[kind.Key]))));
        return missing.Count == 0 ? DrillCheck.Passed(Name, asked, got)
            : DrillCheck.Failed(Name, asked, got, string.Join("; ", missing.Select(kind => $"{kind.Key}: the dump makes {kind.Value}, there are {there[kind.Key]}")));
    }

    private static string InWords(IEnumerable<KeyValuePair<string, long>> kinds) => string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"));
}
