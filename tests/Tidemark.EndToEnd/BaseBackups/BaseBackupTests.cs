using Npgsql;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>Base backups of a real server, restored by the reader that was written from the page of the format alone, and by PostgreSQL itself.</summary>
public sealed class BaseBackupTests : IDisposable
{
    private const int Major = 15;

    private readonly Scratch scratch = new("base");

    public BaseBackupTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Major, false)]
    [InlineData(18, true)]
    public async Task A_backup_of_a_server_that_writes_comes_back_with_every_commit_before_it_and_no_half_of_any(int major, bool isOverSql)
    {
        await using var server = await PostgresServer.StartAsync(major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await server.ExecuteAsync("postgres", "create table ledger (n bigint primary key, one int, other int, text text); create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 40000) i");
        var work = new Ledger(server);
        await work.ReachedAsync(50);
        var before = work.Committed;
        var said = (await TakeAsync(program, isOverSql, "backup", "--kind", "base", "--label", "nightly")).Ends().Output;
        await work.StopAsync();
        Assert.Contains(isOverSql ? "read over SQL" : "read from the disk", said, StringComparison.Ordinal);
        var taken = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0];
        var id = taken.GetProperty("id").GetString()!;
        Assert.Equal(("base", "nightly", "good"), (taken.GetProperty("kind").GetString(), taken.GetProperty("label").GetString(), taken.GetProperty("state").GetString()));
        Assert.Equal(0, await server.ScalarAsync<long>("postgres", "select count(*) from pg_replication_slots"));

        Assert.Contains("nightly", (await program.RunAsync("show", id)).Ends().Output, StringComparison.Ordinal);
        var verified = (await program.RunAsync("verify", id)).Ends().Output;
        Assert.StartsWith($"whole    {id}:", verified, StringComparison.Ordinal);

        await using var restored = await RestoreAsync(program, id, major);
        var last = await restored.ScalarAsync<long>("postgres", "select max(n) from ledger");
        Assert.InRange(last, before, work.Committed);
        Assert.Equal(last, await restored.ScalarAsync<long>("postgres", "select count(*) from ledger"));
        Assert.Equal(0, await restored.ScalarAsync<long>("postgres", "select sum(one + other)::bigint from ledger"));
        var rows = $"select (select md5(string_agg(l::text, ',' order by n)) from ledger l where n <= {last}) || (select md5(string_agg(w::text, ',' order by i)) from wide w)";
        Assert.Equal(await server.ScalarAsync<string>("postgres", rows), await restored.ScalarAsync<string>("postgres", rows));
    }

    [Fact]
    public async Task A_damaged_page_of_the_server_is_named_and_a_damaged_pack_is_found()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 4000) i");
        var path = (await server.ScalarAsync<string>("postgres", "select pg_relation_filepath('wide')"))!;
        await server.StopAsync();
        await FlipAsync(Path.Combine(server.DataFolder, path), (3 * 8192) + 5000);
        await server.StartAsync();
        program.With("DATABASE_URL", server.Url());

        var partly = (await program.RunAsync("backup", "--kind", "base")).Ends(3);
        Assert.Contains($"{path}, page 3", partly.Errors, StringComparison.Ordinal);
        var id = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("id").GetString()!;
        Assert.Contains($"damaged page    {path}, page 3", (await program.RunAsync("show", id)).Ends().Output, StringComparison.Ordinal);
        (await program.RunAsync("verify", id)).Ends();

        var pack = new DirectoryInfo(scratch["backups", "clusters"]).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.FullName.Contains("/packs/", StringComparison.Ordinal)).MaxBy(file => file.Length)!;
        await FlipAsync(pack.FullName, pack.Length / 2);
        Assert.Contains(pack.Name, (await program.RunAsync("verify", id)).Ends(10).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_killed_does_not_exist_and_the_next_one_does()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 40000) i");
        await using (var killed = await program.StartAsync("backup", "--kind", "base"))
        {
            await Waiting.UntilAsync(() => Files("packs").Any() || Files("intent").Any(), "it has begun to write");
            killed.KillAll();
        }
        Assert.Empty(Files("manifest"));
        Assert.Equal(0, (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());

        (await program.RunAsync("backup", "--kind", "base")).Ends();
        Assert.Single(Files("manifest"));
        (await program.RunAsync("verify", "--all")).Ends();
    }

    /// <summary>Over SQL: as a user who cannot look into the server's data folder.</summary>
    private async Task<ProgramResult> TakeAsync(TidemarkProgram program, bool isOverSql, params string[] words)
    {
        if (!isOverSql) return await program.RunAsync(words);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can run a program as another user");
        const int stranger = 54321;
        program.With("BACKUP_DIR", scratch["store", "backups"]);
        Directory.CreateDirectory(scratch["store"]);
        File.SetUnixFileMode(scratch["store"], (UnixFileMode)Convert.ToInt32("1777", 8));
        await using var running = await program.StartOtherAsync("setpriv", [$"--reuid={stranger}", $"--regid={stranger}", "--clear-groups", await Bystander.PutProgramAsync(scratch.Folder), .. words]);
        await running.WriteAsync(null);
        var taken = await running.EndAsync();
        // What follows is done by the user of the other tests.
        await ChildProcess.OutputAsync("chown", ["-R", "0:0", scratch["store"]]);
        Directory.Move(scratch["store", "backups"], scratch["backups"]);
        program.With("BACKUP_DIR", scratch["backups"]);
        return taken;
    }

    private IEnumerable<string> Files(string part) => !Directory.Exists(scratch["backups", "clusters"]) ? []
        : Directory.EnumerateFiles(scratch["backups", "clusters"], "*", SearchOption.AllDirectories).Where(path => path.Split('/').Contains(part));

    /// <summary>Files by the reader of the page, WAL by <c>wal fetch</c>, and the rest is PostgreSQL's.</summary>
    private async Task<PostgresServer> RestoreAsync(TidemarkProgram program, string id, int major)
    {
        var data = scratch["restored"];
        var reader = Path.Combine(Workshop.Repository, "tests/Tidemark.Tests/BaseBackups/samples/read-base.py");
        await ChildProcess.OutputAsync("python3", [reader, "restore", scratch["backups"], id, data]);
        foreach (var segment in Files("wal").Select(path => Path.GetFileName(path).Split('.')).Where(parts => parts is [{ Length: 24 }, { Length: 64 }]).Select(parts => parts[0]))
            (await program.RunAsync("wal", "fetch", segment, Path.Combine(data, "pg_wal", segment))).Ends();
        if (ServerUser.Switch is [var user, var group, ..]) await ChildProcess.OutputAsync("chown", ["-R", $"{user.Split('=')[1]}:{group.Split('=')[1]}", data]);
        return await PostgresServer.StartAsync(major, new ServerOptions { DataFrom = data, Recovers = true, Settings = new Dictionary<string, string> { ["restore_command"] = "false" } });
    }

    private static async Task FlipAsync(string path, long at)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 1));
    }

    /// <summary>Writes rows, one a commit, without a pause; the two numbers of each sum up to 0.</summary>
    private sealed class Ledger
    {
        private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        private readonly Task writing;
        private long committed;

        public Ledger(PostgresServer server) => writing = WriteAsync(server);

        public long Committed => Interlocked.Read(ref committed);

        public Task ReachedAsync(long rows) => Waiting.UntilAsync(() => Committed >= rows, $"{rows} rows are committed");

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await writing;
        }

        private async Task WriteAsync(PostgresServer server)
        {
            await using var connection = await server.OpenAsync();
            for (var n = 1L; !stop.IsCancellationRequested; n++)
            {
                await using var command = new NpgsqlCommand($"insert into ledger values ({n}, {n % 1000}, -{n % 1000}, repeat(md5('{n}'), 20))", connection);
                await command.ExecuteNonQueryAsync(Token);
                Interlocked.Exchange(ref committed, n);
            }
        }
    }
}
