using System.CommandLine;
using Spectre.Console;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary>The history of runs. It only looks: what a killed run left is for the next backup, restore or verify to repair.</summary>
internal static class RunsCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("runs", "The history of backups, restores, verifications and heartbeats, whoever or whatever started them.") { BuildList(terminal), BuildShow(terminal), RunsCancelCommand.Build(terminal) }
            .Teach(CommandGroup.Look, ("tidemark runs list", "what ran, and what still fails"));

    private static Command BuildList(Terminal terminal)
    {
        var database = new Option<string?>("--database") { Description = "only runs of this database" }.Completes(LiveValue.Databases);
        var kind = new Option<string?>("--kind") { HelpName = "KIND", Description = $"only this kind: {string.Join(", ", RunKind.All.Select(one => one.Name))}" }.Completes([.. RunKind.All.Select(one => one.Name)]);
        var state = new Option<string?>("--state") { Description = $"only this state: {string.Join(", ", RunState.All)}" }.Completes([.. RunState.All]);
        var limit = new Option<int>("--limit") { Description = "at most so many (default: 20)", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "Show the latest runs, newest first, and what still fails.") { database, kind, state, limit };
        command.SetAction(parsed =>
        {
            var session = Session.Open(terminal);
            var filter = new RunFilter(parsed.GetValue(database), OneOf("--kind", parsed.GetValue(kind), RunKind.All.Select(one => one.Name)), OneOf("--state", parsed.GetValue(state), RunState.All),
                parsed.GetValue(limit) is > 0 and var most ? most : throw new Fault(FaultCode.Usage, "--limit is a number from 1 on") { Next = "tidemark runs list --limit 100" });
            using var journal = JournalReader.Open(session.State);
            var (runs, notices) = (journal?.Runs(filter) ?? [], journal?.OpenNotices() ?? []);
            if (terminal.Json) CliJson.Write(terminal.Output, new RunsDocument([.. runs.Select(run => RunDocument.Of(run))], [.. notices.Select(NoticeDocument.Of)]), CliJson.Default.RunsDocument);
            else if (journal is null) terminal.Say($"no run has been recorded in {session.State} yet; the first one makes the history: tidemark backup");
            else if (runs.Count == 0) terminal.Say("no such runs");
            else Table(terminal, runs);
            foreach (var notice in notices) terminal.Say($"still failing since {Moment(notice.FirstAt)} ({notice.Count} {(notice.Count == 1 ? "time" : "times")}): {notice.Text}");
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark runs list", "the latest runs, and what still fails"),
            ("tidemark runs list --kind backup --state failed --limit 5 --json", "the latest failed backups, for a program"));
    }

    private static Command BuildShow(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, unique beginning of one, or latest" };
        var command = new Command("show", "Show everything that is known of one run, with its log.") { id };
        command.SetAction(parsed =>
        {
            var session = Session.Open(terminal);
            using var journal = JournalReader.Open(session.State);
            var run = RunChoice.Find(journal, parsed.GetValue(id)!);
            var log = RunLog.Read(session.State, run.Id);
            if (terminal.Json) CliJson.Write(terminal.Output, RunDocument.Of(run, log ?? []), CliJson.Default.RunDocument);
            Tell(terminal, run, log, RunLog.PathOf(session.State, run.Id));
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark runs show latest", "the newest run, with its log"),
            ("tidemark runs show latest --json", "the same for a program"));
    }

    private static string? OneOf(string option, string? given, IEnumerable<string> known) => given is null || known.Contains(given) ? given
        : throw new Fault(FaultCode.Usage, $"\"{given}\" is none of those that {option} knows") { Where = $"{option} {given}", Why = $"it is one of {string.Join(", ", known)}", Next = "tidemark runs list --help" };

    private static void Table(Terminal terminal, IReadOnlyList<RunRow> runs)
    {
        var table = new Table().NoBorder().AddColumns("id", "started (UTC)", "took", "database", "state", "");
        foreach (var run in runs)
            table.AddRow(new Text(run.Id), new Text($"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}"), new Text(RunDocument.Duration(run) is { } took ? Ages.InWords(took) : "?"), new Text(Terminal.Printable(NameOf(run))),
                new Markup($"[{ColourOf(run)}]{run.State}[/]"), new Text(Terminal.Printable($"{(run.ErrorCode is null ? run.BackupId ?? "" : $"{run.ErrorCode}: {run.Error}")}{(run.Schedule is null ? "" : $" (schedule {run.Schedule})")}".TrimStart())));
        terminal.OutputConsole.Write(table);
    }

    private static void Tell(Terminal terminal, RunRow run, IReadOnlyList<string>? log, string logPath)
    {
        terminal.Say($"run {run.Id}  {run.State}");
        terminal.Say($"  what            {run.Kind} of {NameOf(run)}, asked for by {run.Actor}");
        if (run.Schedule is not null) terminal.Say($"  schedule        {run.Schedule}{(run.DueAt is { } due ? $", for {Moment(due)}" : "")}");
        if (run.QueuedAt is { } queued) terminal.Say($"  asked for       {Moment(queued)}");
        if (run.State != RunState.Queued) terminal.Say($"  started         {Moment(run.StartedAt)}");
        terminal.Say(run.State == RunState.Interrupted ? $"  ended           not known: its process was gone when a later start looked, {Moment(run.FinishedAt!.Value)}"
            : run.State == RunState.Queued ? "  ended           not yet begun: it waits for its turn in tidemark serve"
            : run.FinishedAt is { } at ? $"  ended           {Moment(at)}, after {Ages.InWords(at - run.StartedAt)}"
            : "  ended           not yet; if its process was killed, the next backup, restore or verify marks it interrupted");
        if (run.Phase is not null) terminal.Say($"  {(run.State == RunState.Running ? "is at   " : "ended at")}        {run.Phase}");
        if (run.Bytes is { } bytes) terminal.Say($"  bytes           {Sizes.InWords(bytes)}");
        if (run.ErrorCode is not null) terminal.Say($"  error           {run.ErrorCode}: {run.Error}");
        if (run.Why is not null) terminal.Say($"  why             {run.Why}");
        if (run.BackupId is not null) terminal.Say($"  backup          {run.BackupId}");
        terminal.Say(log is null ? "  log             none is kept" : $"  log             {logPath}");
        foreach (var line in log ?? []) terminal.Say($"    {line}");
    }

    private static string NameOf(RunRow run) => run.Database.Length == 0 ? "?" : run.Database;

    private static string ColourOf(RunRow run) => run.State switch { RunState.Succeeded => "green", RunState.Running => "blue", RunState.Queued or RunState.Cancelled => "yellow", _ => "red" };

    private static string Moment(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
