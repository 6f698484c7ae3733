using System.Globalization;
using Npgsql;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>Under load, with a receiver: whatever moment is asked for, it holds every commit up to then and none after it.</summary>
public sealed class RandomMomentTests : IDisposable
{
    private const int Major = 15, Accounts = 100, Seed = 20260131;

    private readonly Scratch scratch = new("moments");
    private readonly List<(long N, DateTime Before, DateTime After)> beats = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact, Trait("takes", "minutes")]
    public Task Thirty_moments_hold_what_they_should() => RestoreAsync(30);

    private async Task RestoreAsync(int restores)
    {
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_WAL_SHIP_EVERY", "1s");
        program.With("PATH", $"{server.Programs}:{program.Environment["PATH"]}");
        await server.ExecuteAsync("postgres", $"create extension amcheck; create table beats (n bigint primary key); create table ledger (id int primary key, amount bigint not null, filler text); insert into ledger select i, 1000, repeat('x', 200) from generate_series(1, {Accounts}) i");
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pgbench"), ["-i", "-q", "-s", "2", server.SocketUrl()]);
        await using var receiver = await program.StartAsync("wal", "receive");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] load = [BeatAsync(server, stop.Token), TransferAsync(server, 1, stop.Token), TransferAsync(server, 2, stop.Token), BenchAsync(server, stop.Token)];
        for (var backup = 0; backup < 2; backup++)
        {
            (await program.RunAsync("backup", "--kind", "base")).Ends();
            var count = beats.Count;
            await Waiting.UntilAsync(() => beats.Count > count + 100, "ten seconds of beats");
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
        var last = (await server.ScalarAsync<string>("postgres", "select pg_current_wal_flush_lsn()::text"))!;
        var bases = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Select(one => one.GetProperty("recoveryPoint").GetDateTime().ToUniversalTime()).ToList();
        var never = await RestorableServer.FolderAsync(scratch, "never");
        await Waiting.UntilAsync(async () => (await program.RunAsync("restore", "latest", "--target-dir", never, "--at", last, "--dry-run")).ExitCode == 0, "all WAL is in the store");
        receiver.Terminate();
        await receiver.EndAsync();

        // Print the seed with whatever fails.
        var (first, end) = (bases.Min(), beats[^1].After);
        for (var at = 0; at < restores; at++)
        {
            var moment = first + ((end - first) * ((((double)Seed * (at + 1)) * 0.6180339887) % 1));
            try
            {
                await LookAsync(server, program, moment, at);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                throw new InvalidOperationException($"at {moment:O} (seed {Seed}, number {at})", failed);
            }
        }
    }

    private async Task LookAsync(PostgresServer server, TidemarkProgram program, DateTime moment, int number)
    {
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, $"data-{number}"), Ports.Free());
        var text = moment.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var way = number % 2 == 0 ? "local" : "fetch";
        // Only root's store is another user's.
        if (ServerUser.Switch.Length > 0) way = "local";
        (await program.RunAsync("restore", "latest", "--target-dir", folder, "--at", text, "--start", "--port", $"{port}", "--wal", way)).Ends();
        try
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false");
            await connection.OpenAsync(Token);
            var there = await ScalarAsync<long>(connection, "select coalesce(max(n), 0) from beats");
            Assert.Equal(there, await ScalarAsync<long>(connection, "select count(*) from beats"));
            var (must, may) = (beats.LastOrDefault(beat => beat.After <= moment).N, beats.Where(beat => beat.Before <= moment).Select(beat => beat.N).DefaultIfEmpty(0).Max());
            Assert.InRange(there, must, may);
            Assert.Equal(Accounts * 1000, await ScalarAsync<decimal>(connection, "select sum(amount) from ledger"));
            Assert.Equal("t", await ScalarAsync<string>(connection, "select case when (select sum(abalance) from pgbench_accounts) = (select sum(tbalance) from pgbench_tellers) and (select sum(tbalance) from pgbench_tellers) = (select sum(bbalance) from pgbench_branches) and (select sum(bbalance) from pgbench_branches) = (select coalesce(sum(delta), 0) from pgbench_history) then 't' else 'f' end"));
            foreach (var (table, key) in new[] { ("pgbench_accounts", "aid"), ("beats", "n"), ("ledger", "id") })
            {
                await ScalarAsync<string>(connection, "select set_config('enable_seqscan', 'off', false)");
                var byIndex = await ScalarAsync<long>(connection, $"select count(*) from {table} where {key} > 0");
                await ScalarAsync<string>(connection, "select set_config('enable_seqscan', 'on', false) || set_config('enable_indexonlyscan', 'off', false) || set_config('enable_indexscan', 'off', false) || set_config('enable_bitmapscan', 'off', false)");
                Assert.Equal(await ScalarAsync<long>(connection, $"select count(*) from {table} where {key} > 0"), byIndex);
                await ScalarAsync<string>(connection, "select set_config('enable_indexonlyscan', 'on', false) || set_config('enable_indexscan', 'on', false) || set_config('enable_bitmapscan', 'on', false)");
            }
            await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_amcheck"), ["-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", "-d", "postgres", "--heapallindexed", "--jobs=1"]);
        }
        finally
        {
            await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_ctl"), ["stop", "-D", folder, "-m", "immediate"], asServerUser: true);
            await ChildProcess.OutputAsync("rm", ["-r", folder]);
        }
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>A row every 100 ms, with the server's clock before and after its commit.</summary>
    private async Task BeatAsync(PostgresServer server, CancellationToken stop)
    {
        await using var connection = await server.OpenAsync();
        for (var n = 1L; !stop.IsCancellationRequested; n++)
        {
            var before = await ScalarAsync<DateTime>(connection, "select clock_timestamp()");
            await using (var insert = new NpgsqlCommand($"insert into beats values ({n})", connection)) await insert.ExecuteNonQueryAsync(Token);
            beats.Add((n, before, await ScalarAsync<DateTime>(connection, "select clock_timestamp()")));
            await Task.WhenAny(Task.Delay(100, stop));
        }
    }

    private static async Task TransferAsync(PostgresServer server, int who, CancellationToken stop)
    {
        await using var connection = await server.OpenAsync();
        for (var n = who; !stop.IsCancellationRequested; n += 7)
        {
            // Always the lower one first: two never wait for each other.
            var (one, other) = ((n * 31 % Accounts) + 1, (n * 17 % Accounts) + 1);
            if (one == other) continue;
            var sql = $"update ledger set amount = amount {(one < other ? '-' : '+')} {n % 50} where id = {Math.Min(one, other)}; update ledger set amount = amount {(one < other ? '+' : '-')} {n % 50} where id = {Math.Max(one, other)}";
            await using var command = new NpgsqlCommand($"begin; {sql}; commit", connection);
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    private static async Task BenchAsync(PostgresServer server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pgbench"), ["-n", "-c", "2", "-T", "2", server.SocketUrl()]);
    }
}
