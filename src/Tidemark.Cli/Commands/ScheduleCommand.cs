using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;

namespace Tidemark.Cli.Commands;

/// <summary>What the service does by itself, and when. It only looks.</summary>
internal static class ScheduleCommand
{
    private const int Fires = 5;

    public static Command Build(Terminal terminal) =>
        new Command("schedule", "What tidemark serve does by itself, and when.") { BuildList(terminal), BuildNext(terminal) }
            .Teach(CommandGroup.Look, ("tidemark schedule list", "what runs by itself"));

    private static Command BuildList(Terminal terminal)
    {
        var command = new Command("list", "Show the schedules in words, with the next and the last run of each.");
        command.SetAction(_ =>
        {
            var session = Session.Open(terminal);
            var document = SchedulesDocument.Of(session.Workbench, 1);
            if (terminal.Json) CliJson.Write(terminal.Output, document, CliJson.Default.SchedulesDocument);
            var table = new TextTable("schedule", "when", "database", "form", "next (UTC)", "last");
            foreach (var one in document.Schedules)
                foreach (var (database, last) in one.Databases.Select((database, place) => (database, one.Last.FirstOrDefault(run => run.Database == database))))
                    table.Add(new Cell(one.Name), new Cell(one.Words), new Cell(database), new Cell(one.Format), new Cell($"{one.Next[0].Begins.UtcDateTime:yyyy-MM-dd HH:mm}"), new Cell(last is null ? "never yet" : $"{last.State} {Ages.InWords(document.At - (last.FinishedAt ?? last.StartedAt))} ago"));
            if (document.Schedules.Count > 0) table.Write(terminal);
            Tell(terminal, document);
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark schedule list", "the schedules in words, the next and the last run of each"),
            ("tidemark schedule list --json", "the same for a program"));
    }

    private static Command BuildNext(Terminal terminal)
    {
        var command = new Command("next", "Show the next five runs of each schedule, by its own clock and in UTC.");
        command.SetAction(_ =>
        {
            var session = Session.Open(terminal);
            var document = SchedulesDocument.Of(session.Workbench, Fires);
            if (terminal.Json) CliJson.Write(terminal.Output, document, CliJson.Default.SchedulesDocument);
            foreach (var one in document.Schedules)
            {
                terminal.Say($"{one.Name}: {one.Format} of {string.Join(", ", one.Databases)}, {one.Words}{(one.Zone == "UTC" ? " UTC" : $" in {one.Zone}")}");
                var zone = session.Options.Schedules.First(schedule => schedule.Name == one.Name).Zone;
                foreach (var next in one.Next)
                    terminal.Say($"  {TimeZoneInfo.ConvertTime(next.Begins, zone):ddd yyyy-MM-dd HH:mm:ss zzz}  {next.Begins.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  in {Ages.InWords(next.Begins - document.At)}{(next.Begins == next.Due ? "" : $", put off from {TimeZoneInfo.ConvertTime(next.Due, zone):HH:mm:ss}")}");
            }
            Tell(terminal, document);
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark schedule next", "the next five runs of each schedule"),
            ("tidemark schedule next --json", "the same for a program"));
    }

    private static void Tell(Terminal terminal, SchedulesDocument document)
    {
        if (document.Schedules.Count == 0) terminal.Say($"no schedule: nothing runs by itself ({document.SaidBy})");
        else if (!document.Followed) terminal.Remark(document.SaidBy == "default" ? "this is what tidemark serve does when nothing else is said; none runs here" : "no service runs here that follows this: tidemark serve");
    }
}
