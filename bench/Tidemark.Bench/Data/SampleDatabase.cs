using System.Text;
using Npgsql;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.Data;

/// <summary>The database that is dumped: filled in portions until its tables are as large as wanted, then indexed, vacuumed, written out.</summary>
internal sealed class SampleDatabase(ScratchServer server)
{
    public const string Name = "trading";
    private const string Bytes = "select coalesce(sum(pg_table_size(oid)), 0)::bigint from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace";

    /// <summary>Of the tables with their TOAST, without indexes.</summary>
    public long TableBytes { get; private set; }

    public void Make(long wanted, CancellationToken token)
    {
        server.Execute("postgres", $"create database {Name} template template0");
        using var connection = server.Open(Name);
        foreach (var table in SampleTables.All) Execute(connection, $"create table {table.Name} ({table.Columns})");
        var chance = new Chance(20_240_102);
        for (long portion = 0; TableBytes < wanted; portion++, TableBytes = (long)Scalar(connection, Bytes))
            foreach (var table in SampleTables.All)
            {
                token.ThrowIfCancellationRequested();
                Fill(connection, table, portion * table.RowsPerPortion, chance);
            }
        foreach (var table in SampleTables.All) Execute(connection, table.Keys);
        // So that no reader has anything left to write: hint bits, visibility.
        Execute(connection, "vacuum (freeze, analyze)");
    }

    /// <summary>The rows of every table, as one line, to compare two databases by.</summary>
    public string Rows(string database) =>
        string.Join(' ', SampleTables.All.Select(table => $"{table.Name}:{server.Scalar<long>(database, $"select count(*) from {table.Name}")}"));

    private static void Fill(NpgsqlConnection connection, SampleTable table, long before, Chance chance)
    {
        using var copy = connection.BeginTextImport($"copy {table.Name} from stdin");
        var text = new StringBuilder();
        for (long row = 1; row <= table.RowsPerPortion; row++)
        {
            table.Row(text, chance, before + row);
            if (text.Length < 60_000 && row < table.RowsPerPortion) continue;
            copy.Write(text);
            text.Clear();
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static object Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar()!;
    }
}
