using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Retention;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class UnpinCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, file name, unique prefix, path, or latest" }.Completes(LiveValue.Backups);
        var command = new Command("unpin", "Take a pin off: the backup expires again as the settings say.") { id };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            if (await session.FindBaseAsync(parsed.GetValue(id)!, token) is { } backup)
            {
                await session.TidyAsync(null, token);
                var off = await new BasePinRun(session.Recorder, session.State, session.Options.SweepGrace, session.Clock).UnpinAsync(backup, token);
                PinText.TellUnpinned(terminal, backup.Id, $"bases/{backup.Id}", off);
                if (terminal.Json) CliJson.Write(terminal.Output, new PinnedDocument("unpinned", backup.Id, $"bases/{backup.Id}", PinDocument.Of(off)), CliJson.Default.PinnedDocument);
                return 0;
            }
            var entry = await session.Choice.FindAsync(parsed.GetValue(id)!, session.Options.Database?.Database, terminal.Folder, token);
            await session.TidyAsync(null, token);
            var pin = await new PinRun(session.Recorder, new PinRunner(session.Stores, session.Clock)).UnpinAsync(entry, token);
            PinText.TellUnpinned(terminal, entry.Id, entry.Key, pin);
            if (terminal.Json) CliJson.Write(terminal.Output, PinnedDocument.Of("unpinned", entry, pin), CliJson.Default.PinnedDocument);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay, ("tidemark unpin latest", "it expires again as the settings say"));
    }
}
