using Npgsql;
using Tidemark.BaseBackups;
using Tidemark.Postgres;

namespace Tidemark.Restores.Bases;

/// <summary>Asks a restored server which of its text was sorted by rules that this machine has no more.</summary>
internal static class RestoredCollations
{
    private const int FirstThatKeepsVersions = 15;

    /// <summary>The databases that take connections, and of each the default.</summary>
    /// <param name="connection">To any of them.</param>
    /// <param name="taken">As the backup has them: before 15 only that says it.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<DefaultCollations> DefaultsAsync(NpgsqlConnection connection, IReadOnlyList<BaseCollation> taken, CancellationToken token)
    {
        var keeps = DatabaseConnection.Version(connection).Major >= FirstThatKeepsVersions;
        await using var command = new NpgsqlCommand(keeps
            ? "select datname::text, case datlocprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end, datcollversion, pg_database_collation_actual_version(oid) from pg_database where datallowconn order by oid"
            : $"select datname::text, 'libc', null::text, {ClusterFactsReader.VersionOfDefault} from pg_database where datallowconn order by oid", connection);
        var (databases, changed) = (new List<string>(), new List<ChangedCollation>());
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var name = reader.GetString(0);
            databases.Add(name);
            var made = reader.IsDBNull(2) ? taken.FirstOrDefault(one => one.Name == name && one.Provider == reader.GetString(1))?.Version : reader.GetString(2);
            if (made is not null && !reader.IsDBNull(3) && reader.GetString(3) is var actual && actual != made) changed.Add(new ChangedCollation(name, null, reader.GetString(1), made, actual));
        }
        return new DefaultCollations(databases, changed);
    }

    /// <summary>Of those that indexes and partitions of one database name themselves.</summary>
    public static async Task<IReadOnlyList<ChangedCollation>> NamedAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select current_database()::text, format('%I.%I', n.nspname, c.collname), case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end, c.collversion, pg_collation_actual_version(c.oid)
              from pg_collation c join pg_namespace n on n.oid = c.collnamespace
             where c.collversion <> pg_collation_actual_version(c.oid)
               and (exists (select from pg_index i where c.oid = any (i.indcollation::oid[])) or exists (select from pg_partitioned_table p where c.oid = any (p.partcollation::oid[])))
             order by c.oid
            """, connection);
        var changed = new List<ChangedCollation>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) changed.Add(new ChangedCollation(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)));
        return changed;
    }
}

/// <param name="Databases">That take connections.</param>
/// <param name="Changed">Whose default is of another version.</param>
internal sealed record DefaultCollations(IReadOnlyList<string> Databases, IReadOnlyList<ChangedCollation> Changed);
