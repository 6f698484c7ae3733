using System.Globalization;
using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>--start with the servers of every version: what they say on the way is understood, and what they fetch is theirs.</summary>
public sealed class EveryVersionTests : IDisposable
{
    private readonly Scratch scratch = new("versions");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => Servers.AllMajors;

    public void Dispose() => scratch.Dispose();

    [Theory, Trait("takes", "minutes")]
    [MemberData(nameof(Majors))]
    public async Task A_server_recovers_under_our_eyes_waits_goes_on_and_is_followed_to_its_end(int major)
    {
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var (store, call) = (scratch["store"], await Bystander.PutProgramAsync(scratch.Folder));
        await using var server = await PostgresServer.StartAsync(major, new ServerOptions
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={store} {call} wal push %p %f", ["lc_messages"] = "C" },
        });
        await server.ExecuteAsync("postgres", "create table rows as select generate_series(1, 1000) n");
        await ArchivedAsync(server);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_DIR", store);
        program.With("PATH", $"{server.Programs}:{program.Environment["PATH"]}");
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(1001, 2000)");
        var moment = (await server.ScalarAsync<string>("postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!;
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(2001, 3000)");
        await ArchivedAsync(server);
        await server.StopAsync();

        foreach (var (folder, outcome, rows, words) in new (string, string, long, string[])[] { ("waits", "paused", 2000, ["--at", moment, "--wal", "fetch"]), ("goes", "promoted", 2000, ["--at", moment, "--promote"]), ("ends", "promoted", 3000, ["--wal", "fetch"]) })
        {
            var (data, port) = (await RestorableServer.FolderAsync(scratch, folder), Ports.Free());
            try
            {
                var recovery = (await program.RunAsync(["restore", "latest", "--target-dir", data, "--start", "--port", port.ToString(CultureInfo.InvariantCulture), "--json", .. words])).Ends().Json.GetProperty("recovery");
                Assert.Equal((outcome, outcome == "promoted" ? 2 : 1), (recovery.GetProperty("outcome").GetString(), recovery.GetProperty("timeline").GetInt32()));
                await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false");
                await connection.OpenAsync(Token);
                await using var count = new NpgsqlCommand("select count(*) from rows", connection);
                Assert.Equal(rows, await count.ExecuteScalarAsync(Token));
                Assert.Equal(outcome != "promoted" && words.Contains("fetch"), Directory.Exists(Path.Combine(data, "pg_wal", "tidemark-recovery")));
            }
            finally
            {
                if (File.Exists(Path.Combine(data, "postmaster.pid"))) await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_ctl"), ["stop", "-D", data, "-m", "immediate"], asServerUser: true);
            }
        }
    }

    private static async Task ArchivedAsync(PostgresServer server)
    {
        // 13 cannot take one from a place.
        var last = await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_insert_lsn())");
        await server.ExecuteAsync("postgres", "select pg_switch_wal()");
        while (string.CompareOrdinal(await server.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), last) < 0) await Task.Delay(20, Token);
    }
}
