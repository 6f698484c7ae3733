using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class PinCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, file name, unique prefix, path, or latest" }.Completes(LiveValue.Backups);
        var reason = new Option<string>("--reason") { Description = "why it must stay, for whoever finds it", Required = true };
        var until = new Option<string?>("--until") { Description = "a day (2027-01-31, to its end in UTC) or a duration (90d); without it the pin holds until unpin" };
        var command = new Command("pin", "Never let this backup expire.") { id, reason, until };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            DateTimeOffset? end = parsed.GetValue(until) is { } text ? PinEnd.Parse(text, session.Clock.GetUtcNow()) : null;
            if (await session.FindBaseAsync(parsed.GetValue(id)!, token) is { } backup)
            {
                await session.TidyAsync(null, token);
                var held = await new BasePinRun(session.Recorder, session.State, session.Options.SweepGrace, session.Clock).PinAsync(backup, parsed.GetValue(reason)!, end, token);
                PinText.TellPinned(terminal, backup.Id, $"bases/{backup.Id}", held);
                if (terminal.Json) CliJson.Write(terminal.Output, new PinnedDocument("pinned", backup.Id, $"bases/{backup.Id}", PinDocument.Of(held)), CliJson.Default.PinnedDocument);
                return 0;
            }
            var entry = await session.Choice.FindAsync(parsed.GetValue(id)!, session.Options.Database?.Database, terminal.Folder, token);
            await session.TidyAsync(null, token);
            var pin = await new PinRun(session.Recorder, new PinRunner(session.Stores, session.Clock)).PinAsync(entry, parsed.GetValue(reason)!, end, token);
            PinText.TellPinned(terminal, entry.Id, entry.Key, pin);
            if (entry.State != DumpState.Good) terminal.Remark($"it is {BackupDocument.StateOf(entry)}: a pin keeps its file, it does not make it good; try: tidemark verify {entry.Id}");
            if (terminal.Json) CliJson.Write(terminal.Output, PinnedDocument.Of("pinned", entry, pin), CliJson.Default.PinnedDocument);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark pin latest --reason \"before the migration\"", "the newest backup stays until it is unpinned"),
            ("tidemark pin latest --reason \"the audit of 2026\" --until 90d", "it stays for 90 days"));
    }
}
