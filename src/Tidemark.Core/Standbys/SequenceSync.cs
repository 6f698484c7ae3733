using System.Globalization;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>Logical replication carries no sequences: the standby's are set ahead of the primary's, so that a number that was given out is never given out again.</summary>
internal static class SequenceSync
{
    /// <summary>Numbers ahead: what may be given out between two looks. None is lost for good but these.</summary>
    public const long Margin = 10_000;

    /// <summary>Sets those that are not far enough ahead. Never back.</summary>
    /// <returns>How many were set, and which the standby lacks.</returns>
    public static async Task<SequencesSet> RunAsync(NpgsqlConnection primary, NpgsqlConnection standby, CancellationToken token)
    {
        var (here, there) = (await ReadAsync(primary, token), await ReadAsync(standby, token));
        var set = 0;
        foreach (var (name, sequence) in here.Where(one => one.Value.Last is not null))
            if (there.TryGetValue(name, out var ours) && sequence.Ahead(ours, Margin) is { } value)
            {
                await standby.ExecuteAsync($"select setval({SqlText.Literal(name)}, {value.ToString(CultureInfo.InvariantCulture)})", token);
                set++;
            }
        return new SequencesSet(here.Count, set, [.. here.Keys.Where(name => !there.ContainsKey(name)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Where the primary is gone: not behind what the rows hold that came.</summary>
    /// <returns>How many sequences belong to a column.</returns>
    public static async Task<int> PastRowsAsync(NpgsqlConnection standby, CancellationToken token)
    {
        var statements = await standby.ColumnAsync("""
            select format('select setval(%L, least(v, %s)) from (select greatest((select last_value from %s), (select max(%I)::bigint from %s)) as v) s where v > 0', q.name, p.seqmax, q.name, a.attname, format('%I.%I', tn.nspname, t.relname))
              from (select s.oid, format('%I.%I', n.nspname, s.relname) as name from pg_class s join pg_namespace n on n.oid = s.relnamespace where s.relkind = 'S') q
              join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
              join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
              join pg_sequence p on p.seqrelid = q.oid
             where p.seqincrement > 0 and not p.seqcycle and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            """, token);
        foreach (var statement in statements) await standby.ExecuteAsync(statement, token);
        return statements.Count;
    }

    private static async Task<Dictionary<string, Sequence>> ReadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select format('%I.%I', schemaname, sequencename), last_value, increment_by, cache_size, min_value, max_value, cycle from pg_sequences where schemaname <> '{StandbyName.Schema}'", connection);
        var found = new Dictionary<string, Sequence>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found[reader.GetString(0)] = new Sequence(reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetBoolean(6));
        return found;
    }
}

/// <summary>What a look at sequences did.</summary>
/// <param name="All">Of the primary.</param>
/// <param name="Set">Now.</param>
/// <param name="Missing">That the standby lacks.</param>
internal sealed record SequencesSet(int All, int Set, IReadOnlyList<string> Missing);

/// <summary>Where a sequence stands.</summary>
internal readonly record struct Sequence(long? Last, long Increment, long Cache, long Least, long Most, bool Cycles)
{
    /// <summary>What the standby's is to be set to; null: it is far enough ahead, as it is when at least half of the margin is left.</summary>
    public long? Ahead(Sequence standby, long margin)
    {
        if (Last is not { } last) return null;
        // One that begins anew at its end is kept in step, without a margin: ahead of it would be behind it.
        if (Cycles) return standby.Last == last ? null : last;
        var (step, up) = (Math.Max(1, Math.Abs(Increment)) * (Int128)Math.Max(1, Cache), Increment > 0);
        var (near, far) = (last + (up ? 1 : -1) * step * (margin / 2), last + (up ? 1 : -1) * step * margin);
        if (standby.Last is { } ours && (up ? ours >= Clamp(near) : ours <= Clamp(near))) return null;
        return Clamp(far);
    }

    private long Clamp(Int128 value) => (long)(value > Most ? Most : value < Least ? Least : value);
}
