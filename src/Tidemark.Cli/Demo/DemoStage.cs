using Npgsql;
using Spectre.Console;
using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Postgres;

namespace Tidemark.Cli.Demo;

/// <summary>Where the demo tells its story: chapters, commands that are really run, questions that the server really answers.</summary>
internal sealed class DemoStage(Terminal terminal, TimeProvider clock, IReadOnlyDictionary<string, string> environment, string folder)
{
    private readonly List<(string Title, List<string> Commands, long Begun)> chapters = [];
    private readonly List<DemoStepDocument> steps = [];
    private long lastSecond;

    /// <summary>The chapters that have ended, with their times.</summary>
    public IReadOnlyList<DemoStepDocument> Steps => steps;

    public void Chapter(string title)
    {
        EndChapter();
        chapters.Add((title, [], clock.GetTimestamp()));
        if (terminal.Json) return;
        terminal.Say();
        terminal.OutputConsole.MarkupLineInterpolated($"[bold]{chapters.Count}. {title}[/]");
    }

    public void EndChapter()
    {
        if (chapters.Count == steps.Count) return;
        var (title, commands, begun) = chapters[^1];
        steps.Add(new DemoStepDocument(title, commands, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3)));
    }

    public void Say(string text) => terminal.Say("   " + text);

    /// <summary>Runs a command of ours as if typed in the demo's project folder, and shows what it says.</summary>
    public async Task TypeAsync(CancellationToken token, params string[] arguments)
    {
        var line = "tidemark " + string.Join(' ', arguments);
        Typed("$ ", line);
        // Databases that are kept carry the second in their names: each command begins in a second of its own.
        var now = clock.GetUtcNow();
        if (now.ToUnixTimeSeconds() == lastSecond) await Task.Delay(TimeSpan.FromMilliseconds(1000 - now.Millisecond), clock, token);
        lastSecond = clock.GetUtcNow().ToUnixTimeSeconds();
        using var said = new StringWriter();
        var exit = await CommandTree.RunAsync(arguments, Terminal.OfWriter(said, environment, folder), token);
        token.ThrowIfCancellationRequested();
        Answer(said.ToString());
        if (exit != 0)
            throw new Fault(FaultCode.Failed, $"{line} ended with exit code {exit}, so the story cannot go on") { Where = "the demo", Why = terminal.Json ? said.ToString().Trim() : "it said so above", Left = "the private server and its folder were removed", Next = "tidemark demo again; if it repeats, report it with the text above" };
    }

    /// <summary>Says something to the server as psql would, and shows the answer, an error included.</summary>
    public async Task AskAsync(DatabaseAddress address, string sql, CancellationToken token)
    {
        Typed($"{address.Database}=# ", sql);
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            if (reader.FieldCount == 0) Answer(sql.StartsWith("drop", StringComparison.Ordinal) ? "DROP TABLE" : $"{sql.Split(' ')[0].ToUpperInvariant()} {reader.RecordsAffected}");
            else while (await reader.ReadAsync(token)) Answer(string.Join("  ", Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetName(i)} {reader.GetValue(i)}")));
        }
        catch (PostgresException refused)
        {
            Answer($"ERROR:  {refused.MessageText}");
        }
    }

    /// <summary>Shows a comparison table by table, and its verdict.</summary>
    public void Show(IReadOnlyList<TableComparison> comparison)
    {
        terminal.Say($"     {"table",-16} {"rows then",10} {"rows now",10}   SHA-256 then    SHA-256 now");
        foreach (var table in comparison)
        {
            var row = $"     {table.Name,-16} {Rows(table.Then),10} {Rows(table.Now),10}   {Hash(table.Then),-14}  {Hash(table.Now),-14}  ";
            if (terminal.Json) continue;
            if (table.Same) terminal.OutputConsole.MarkupLineInterpolated($"{row}[green]same[/]");
            else terminal.OutputConsole.MarkupLineInterpolated($"{row}[red]{(table.Now is null ? "GONE" : "DIFFERENT")}[/]");
        }
    }

    private static string Rows(TableContent? table) => table?.Rows.ToString() ?? "-";

    private static string Hash(TableContent? table) => table is null ? "-" : table.Hash[..12] + "…";

    private void Typed(string prompt, string line)
    {
        chapters[^1].Commands.Add(line);
        if (!terminal.Json) terminal.OutputConsole.MarkupLineInterpolated($"   [grey]{prompt}[/][cyan]{line}[/]");
    }

    private void Answer(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n')) terminal.Say("     " + line);
    }
}
