using System.Text;
using Spectre.Console;
using Tidemark.Cli.Output;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Cli.Demo;

/// <summary>The main job shown on a server of its own: nothing of the user's is read, and nothing is left behind.</summary>
/// <remarks>
/// 1. a private server · 2. a database at work · 3. the backup · 4. life goes on · 5. the accident · 6. a restore beside ·
/// 7. the swap, and the proof · 8. undo, and again · 9. gone. Every command line shown is run as shown.
/// </remarks>
internal sealed class DemoRunner(Terminal terminal, TimeProvider clock)
{
    public async Task<DemoDocument> RunAsync(CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        ForgetPostgresVariables();
        terminal.Say("Tidemark demo: a database is backed up, hurt, and brought back. All of it happens in a temporary folder;");
        terminal.Say("your DATABASE_URL, your .env and your backups are not looked at.");

        DemoStage stage;
        IReadOnlyList<TableComparison> proof;
        string version, folder;
        int process;
        await using (var server = await ScratchServer.StartAsync(new PostgresBinaries(terminal.Environment.GetValueOrDefault("PATH")), clock, token))
        {
            (version, folder, process) = (server.Version.ToString(), server.Folder, server.ProcessId);
            var project = MakeProject(server);
            stage = new DemoStage(terminal, clock, new Dictionary<string, string> { ["PATH"] = terminal.Environment.GetValueOrDefault("PATH", "") }, project);
            stage.Chapter($"A private PostgreSQL {version}");
            stage.Say($"in {folder}, process {process}, reached by a Unix socket only: no port is opened");
            proof = await TellAsync(stage, server, token);
            stage.Chapter("Cleaning up");
        }
        var gone = !Directory.Exists(folder) && !Directory.Exists($"/proc/{process}");
        stage.Say($"process {process}: {(Directory.Exists($"/proc/{process}") ? "STILL THERE" : "gone")}; {folder}: {(Directory.Exists(folder) ? "STILL THERE" : "gone")}");
        stage.EndChapter();
        var proven = ContentProof.Holds(proof) && gone;
        End(proven, clock.GetElapsedTime(begun));
        return new DemoDocument(proven, version, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), stage.Steps, [.. proof.Select(table =>
            new DemoProofDocument(table.Name, table.Then?.Rows ?? 0, table.Now?.Rows ?? 0, table.Then?.Hash ?? "", table.Now?.Hash ?? "", table.Same))]);
    }

    private static async Task<IReadOnlyList<TableComparison>> TellAsync(DemoStage stage, ScratchServer server, CancellationToken token)
    {
        var live = server.Address(TradingDatabase.Name);

        stage.Chapter("A small brokerage is at work");
        await ExecuteAsync(server.Address("postgres"), $"create database {TradingDatabase.Name}", token);
        await ExecuteAsync(live, TradingDatabase.Create, token);
        await stage.AskAsync(live, "select (select count(*) from accounts) as accounts, (select count(*) from orders) as orders, (select count(*) from trades) as trades", token);
        await stage.AskAsync(live, "select to_char(sum(balance), 'FM999,999,990.00') as customers_money from accounts", token);

        stage.Chapter("The backup");
        var then = await ContentProof.TakeAsync(live, token);
        await stage.TypeAsync(token, "backup");
        stage.Say("for later: the server has hashed every row of every table and view as they are now");

        stage.Chapter("Life goes on");
        await ExecuteAsync(live, TradingDatabase.LifeGoesOn, token);
        stage.Say("240 more orders come in. They are not in the backup.");

        stage.Chapter("The accident");
        stage.Say("one line without its WHERE, one table taken for an old copy:");
        await stage.AskAsync(live, "update accounts set balance = 0", token);
        await stage.AskAsync(live, "drop table trades cascade", token);
        stage.Say("what is lost:");
        stage.Show(ContentProof.Compare(then, await ContentProof.TakeAsync(live, token)));

        stage.Chapter("The way back, first beside the live database");
        await stage.TypeAsync(token, "list");
        await stage.TypeAsync(token, "restore", "latest");
        var copy = server.Address(await NameAsync(server, "trading_restored_%", token));
        stage.Say("the live database has not been touched; one can look at both:");
        await stage.AskAsync(live, "select count(*) from trades", token);
        await stage.AskAsync(copy, "select count(*) from trades", token);

        stage.Chapter("The swap, planned first");
        await stage.TypeAsync(token, "restore", "latest", "--swap", "--dry-run");
        await stage.TypeAsync(token, "restore", "latest", "--swap");
        stage.Say("the proof: \"trading\" now, beside \"trading\" at the moment of the backup");
        stage.Show(ContentProof.Compare(then, await ContentProof.TakeAsync(live, token)));
        var kept = server.Address(await NameAsync(server, "trading_before_%", token));
        stage.Say("and the 240 orders that came after the backup are safe in the database that was kept:");
        await stage.AskAsync(kept, "select count(*) from orders where status = 'open'", token);

        stage.Chapter("Second thoughts: undo, and back again");
        await stage.TypeAsync(token, "undo");
        await stage.AskAsync(live, "select count(*) from trades", token);
        stage.Say("the hurt database is back as it was. Nothing was lost on the way, so once more:");
        await stage.TypeAsync(token, "restore", "latest", "--swap");
        var proof = ContentProof.Compare(then, await ContentProof.TakeAsync(live, token));
        stage.Show(proof);
        return proof;
    }

    /// <summary>A project folder as a user has one. Both files stand there so that the search upward ends there.</summary>
    private static string MakeProject(ScratchServer server)
    {
        var project = Path.Combine(server.Folder, "project");
        PrivateFolder.Ensure(project);
        DurableFile.WriteWhole(Path.Combine(project, ".env"), Encoding.UTF8.GetBytes($"DATABASE_URL={server.Address(TradingDatabase.Name).ToUrl()}\nBACKUP_DIR=backups\n"), replace: false);
        DurableFile.WriteWhole(Path.Combine(project, "tidemark.json"), "{ \"Tidemark\": {} }\n"u8, replace: false);
        return project;
    }

    /// <summary>libpq's programs read them, too: the user's service, options or password file must not reach the demo's server.</summary>
    private static void ForgetPostgresVariables()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("PG", StringComparison.Ordinal)))
            Environment.SetEnvironmentVariable(name, null);
    }

    private static async Task ExecuteAsync(DatabaseAddress address, string sql, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        await connection.ExecuteAsync(sql, token);
    }

    private static async Task<string> NameAsync(ScratchServer server, string like, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(server.Address("postgres"), token);
        return await connection.ScalarAsync<string>($"select datname::text from pg_database where datname like {SqlText.Literal(like)}", token);
    }

    private void End(bool proven, TimeSpan duration)
    {
        terminal.Say();
        if (!proven) terminal.Remark("NOT proven: see the rows above that differ, and what is still there");
        if (terminal.Json || !proven) return;
        terminal.OutputConsole.MarkupLineInterpolated($"[green]Every row came back[/], proven table by table, in {Ages.InWords(duration)} all told. On a database of yours:");
        terminal.Say();
        terminal.Say("   export DATABASE_URL=postgresql://user@host/database");
        terminal.Say("   tidemark backup");
        terminal.Say("   tidemark restore latest");
    }
}
