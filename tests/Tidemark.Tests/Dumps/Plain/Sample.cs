using System.Text;
using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

/// <summary>Real dumps of one nasty database (samples/nasty.made-by.sql, PostgreSQL 15), and what the server itself counted in it.</summary>
internal static class Sample
{
    public const string Copy = "nasty.copy.sql", Restored = "nasty.pg_restore.sql", Inserts = "nasty.inserts.sql",
        ColumnInserts = "nasty.column-inserts.sql", ThreeRows = "nasty.rows-per-insert-3.sql", Create = "nasty.create.sql", Cluster = "cluster.pg_dumpall.sql";

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Dumps", "samples", name));

    /// <summary>From SELECT count(*) over all tables, not from our reader.</summary>
    public static List<TableRows> CountedByTheServer() => JsonSerializer.Deserialize<List<TableRows>>(Bytes("nasty.rows.json"))!;

    public static PlainDumpSummary Read(ReadOnlySpan<byte> dump, Func<int>? chunk = null, Action<PlainDumpEvent>? onTable = null)
    {
        var reader = new PlainDumpReader(onTable);
        while (!dump.IsEmpty)
        {
            var length = Math.Min(chunk?.Invoke() ?? dump.Length, dump.Length);
            // A copy of its own: what the reader keeps of a chunk after Read would show as garbage.
            var piece = dump[..length].ToArray();
            reader.Read(piece);
            Array.Fill(piece, (byte)'#');
            dump = dump[length..];
        }
        return reader.Complete();
    }

    public static PlainDumpSummary Read(string sql) => Read(Encoding.UTF8.GetBytes(sql));

    /// <summary>All of a summary as text, to compare two.</summary>
    public static string Print(PlainDumpSummary summary) => JsonSerializer.Serialize(summary);
}
