using System.Diagnostics;
using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>Waits for facts, and makes them wait for us.</summary>
internal static class Waiting
{
    /// <summary>Asks again and again until it is so; after a minute that is a failure.</summary>
    public static async Task UntilAsync(Func<Task<bool>> fact, string what)
    {
        var begun = Stopwatch.StartNew();
        while (!await fact())
        {
            Assert.True(begun.Elapsed < TimeSpan.FromMinutes(1), $"a minute went by and it is not so: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> fact, string what) => UntilAsync(() => Task.FromResult(fact()), what);

    /// <summary>Holds a table so that pg_dump, which locks every table after it has its snapshot, stands still until the connection is closed.</summary>
    public static async Task<NpgsqlConnection> HoldAsync(PostgresServer server, string database, string table)
    {
        var holder = await server.OpenAsync(database);
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", holder);
        await command.ExecuteNonQueryAsync();
        return holder;
    }

    /// <summary>Until pg_dump of this database stands before the held table: its snapshot is taken then.</summary>
    public static Task UntilPgDumpWaitsAsync(PostgresServer server, string database) => UntilAsync(
        () => server.ScalarAsync<bool>("postgres", $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'pg_dump' AND wait_event_type = 'Lock')"),
        "pg_dump waits for a lock");

    /// <summary>The process ids of programs of this name below a process.</summary>
    public static int[] Descendants(int of, string name)
    {
        var parents = new Dictionary<int, (int Parent, string Name)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var end = stat.LastIndexOf(')');
                parents[int.Parse(Path.GetFileName(folder))] = (int.Parse(stat[(end + 2)..].Split(' ')[1]), stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end]);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }
        bool IsBelow(int id) => parents.TryGetValue(id, out var process) && (process.Parent == of || IsBelow(process.Parent));
        return [.. parents.Where(process => process.Value.Name == name && IsBelow(process.Key)).Select(process => process.Key)];
    }

    /// <summary>Bytes of the dump that a running backup has written so far.</summary>
    public static long BytesPending(BackupFolder folder) =>
        !Directory.Exists(Path.Combine(folder.Root, ".tidemark", "uploads")) ? 0
            : new DirectoryInfo(Path.Combine(folder.Root, ".tidemark", "uploads")).EnumerateFiles("*.pending", SearchOption.AllDirectories).Sum(Length);

    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
