using System.Globalization;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>
/// A cluster whose history has a fork, archived by our program. From a cold copy of its data directory: timeline 1 came to 2,000 rows
/// (a restore point), to 4,000 in complete segments and to 4,050 in the open one, where the server crashed; timeline 2 left it at the
/// restore point and added 7.
/// </summary>
public sealed class ArchivedServer : IAsyncLifetime
{
    private readonly Scratch scratch = new("wal");
    private PostgresServer? primary;

    public string Program { get; private set; } = "";

    /// <summary>The store; the server's user owns it.</summary>
    public string Store => scratch["store"];

    /// <summary>A cold copy, before there were rows.</summary>
    public string Base => scratch["base"];

    public string SystemIdentifier { get; private set; } = "";

    /// <summary>Where timeline 1 was left, and where its last complete segment and its last durable byte end.</summary>
    public ulong Fork { get; private set; }

    public ulong Complete { get; private set; }

    public ulong Flushed { get; private set; }

    /// <summary>Where replay of the copy begins.</summary>
    public ulong Redo { get; private set; }

    public string PrimaryData => primary!.DataFolder;

    /// <summary>A command line for postgresql.conf: nothing of the server's environment counts.</summary>
    public string Command(string words) => $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={Store} {Program} {words}";

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        Program = await Bystander.PutProgramAsync(scratch.Folder);
        primary = await PostgresServer.StartAsync(15, new ServerOptions
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = Command("wal push %p %f"), ["autovacuum"] = "off", ["checkpoint_timeout"] = "1h" },
        });
        SystemIdentifier = (await primary.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"))!;
        await primary.ExecuteAsync("postgres", "create table rows (n int primary key, text text)");
        await primary.StopAsync();
        await CopyAsync(primary.DataFolder, Base);
        await primary.StartAsync();
        Redo = await PlaceAsync("redo_lsn", "pg_control_checkpoint()");

        // Several sessions at once: records of different transactions interleave.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => InsertAsync(primary, (part * 500) + 1, (part + 1) * 500)));
        await primary.ExecuteAsync("postgres", "select pg_switch_wal()");
        await primary.ExecuteAsync("postgres", "select pg_create_restore_point('half')");
        await ArchivedAsync(primary);

        await using (var branch = await RecoverAsync("wal fetch %f %p", ("recovery_target_name", "half"), ("recovery_target_action", "promote"), ("archive_mode", "on")))
        {
            await InsertAsync(branch, 100_001, 100_007);
            await ArchivedAsync(branch);
        }
        var history = await File.ReadAllTextAsync(Path.Combine(Folder, "wal", "00000002.history"), TestContext.Current.CancellationToken);
        Fork = Number(history.Split('\t')[1]);

        for (var from = 2001; from < 4000; from += 500)
        {
            await InsertAsync(primary, from, from + 499);
            await primary.ExecuteAsync("postgres", "select pg_switch_wal()");
        }
        await ArchivedAsync(primary);
        Complete = await PlaceAsync("pg_current_wal_lsn()") & ~0xFFFFFFUL;
        await InsertAsync(primary, 4001, 4050);
        Flushed = await PlaceAsync("pg_current_wal_flush_lsn()");
        await primary.CrashAsync();
    }

    /// <summary>In the store, of this cluster.</summary>
    public string Folder => Path.Combine(Store, "clusters", "default", $"01-{SystemIdentifier}");

    /// <summary>A server that recovers from the copy, and is ready; else what it said is thrown.</summary>
    public Task<PostgresServer> RecoverAsync(string words, params (string Name, string Value)[] settings)
    {
        var lines = new Dictionary<string, string> { ["archive_mode"] = "off", ["restore_command"] = Command(words), ["recovery_target_timeline"] = "1" };
        foreach (var (name, value) in settings) lines[name] = value;
        return PostgresServer.StartAsync(15, new ServerOptions { DataFrom = Base, Recovers = true, Settings = lines });
    }

    /// <summary>A plan, as restore writes it; its path.</summary>
    public async Task<string> PlanAsync(uint timeline, ulong end, string? tail = null)
    {
        var path = Path.Combine(scratch.Folder, $"plan-{Guid.NewGuid():N}.json");
        var history = timeline == 1 ? "" : $$"""{ "timeline": 1, "end": "{{Place(Fork)}}" }""";
        await File.WriteAllTextAsync(path, $$"""
            { "format": 1, "systemIdentifier": "{{SystemIdentifier}}", "segmentSize": 16777216, "timeline": {{timeline}}, "history": [{{history}}],
              "start": "{{Place(Redo)}}", "end": "{{Place(end)}}"{{(tail is null ? "" : $", \"tail\": {tail}")}} }
            """);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("644", 8));
        return path;
    }

    public static Task<string?> ContentAsync(PostgresServer server) =>
        server.ScalarAsync<string>("postgres", "select count(*) || ' ' || md5(string_agg(n || text, ',' order by n)) from rows");

    /// <summary>The same, from what was inserted.</summary>
    public static async Task<string> ExpectedAsync(PostgresServer server, params (int From, int To)[] parts)
    {
        var rows = string.Join(" union all ", parts.Select(part => $"select n, {TextOfRow} as text from generate_series({part.From}, {part.To}) n"));
        return (await server.ScalarAsync<string>("postgres", $"select count(*) || ' ' || md5(string_agg(n || text, ',' order by n)) from ({rows}) expected"))!;
    }

    public static string Place(ulong lsn) => $"{lsn >> 32:X}/{(uint)lsn:X}";

    public async ValueTask DisposeAsync()
    {
        if (primary is not null) await primary.DisposeAsync();
        scratch.Dispose();
    }

    private const string TextOfRow = "repeat(md5(n::text), 20)";

    private static Task InsertAsync(PostgresServer server, int from, int to) => server.ExecuteAsync("postgres", $"insert into rows select n, {TextOfRow} from generate_series({from}, {to}) n");

    /// <summary>Switches, and waits until the server was told that all before is archived.</summary>
    private static async Task ArchivedAsync(PostgresServer server)
    {
        var last = await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal() - 1)");
        while (string.CompareOrdinal(await server.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), last) < 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }

    private static Task<string> CopyAsync(string from, string to) => ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", from, to], asServerUser: true);

    private async Task<ulong> PlaceAsync(string what, string? from = null) => Number((await primary!.ScalarAsync<string>("postgres", $"select {what}::text{(from is null ? "" : $" from {from}")}"))!);

    private static ulong Number(string place) => (ulong.Parse(place.Split('/')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32) | ulong.Parse(place.Split('/')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
