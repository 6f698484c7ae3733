using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Runs;
using Tidemark.Standbys;

namespace Tidemark.Cli.Commands;

/// <summary>A second server that follows by logical replication, and takes over on one command.</summary>
internal static class StandbyCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("standby", "Keep a second server seconds behind by logical replication, also one of a newer version, and let it take over.") { StandbyCreateCommand.Build(terminal), StandbyStatusCommand.Build(terminal), StandbyPromoteCommand.Build(terminal), StandbyPromoteCommand.BuildRehearse(terminal), BuildDrop(terminal) }
            .Teach(CommandGroup.GetBack, ("tidemark standby create west --target env:STANDBY_URL", "a standby of the database in DATABASE_URL"));

    public static Argument<string> Name() => new("name") { Description = "of the standby" };

    private static Command BuildDrop(Terminal terminal)
    {
        var name = Name();
        var keep = new Option<bool>("--keep-database") { Description = "leave the standby's database where it is, with the rows that had come" };
        var gone = new Option<bool>("--gone") { Description = "a side that cannot be reached is gone for good: forget what was there" };
        var command = new Command("drop", "Remove a standby and all that was made for it, on both sides.") { name, keep, gone };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var book = session.Workbench.Standbys;
            var record = book.Get(parsed.GetValue(name)!);
            var sides = StandbySides.Of(record, session.Database, session.Options);
            var dropped = await new StandbyRun(session.Recorder).DropAsync(new StandbyDropRunner(book, session.Clock), record, sides, parsed.GetValue(keep), parsed.GetValue(gone), token);
            if (terminal.Json) CliJson.Write(terminal.Output, dropped, CliJson.Default.StandbyDropped);
            StandbyText.Dropped(terminal, dropped);
            return dropped.Whole ? 0 : FaultCode.Partly.ExitCode;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark standby drop west", "subscription, slot, publication, and the database if it was made for it"),
            ("tidemark standby drop west --gone", "when one of the two servers does not exist any more"));
    }
}
