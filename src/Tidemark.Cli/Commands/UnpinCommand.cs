using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
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
            var entry = await session.Choice.FindAsync(parsed.GetValue(id)!, session.Options.Database?.Database, terminal.Folder, token);
            await session.TidyAsync(null, token);
            var pin = await new PinRun(session.Recorder, new PinRunner(session.Stores, session.Clock)).UnpinAsync(entry, token);
            terminal.Say($"no longer pinned: {entry.Id} ({entry.Key})");
            terminal.Say($"  was pinned      {PinText.Of(pin)}");
            terminal.Say("  see what goes   tidemark prune --dry-run");
            if (terminal.Json) CliJson.Write(terminal.Output, PinnedDocument.Of("unpinned", entry, pin), CliJson.Default.PinnedDocument);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay, ("tidemark unpin latest", "it expires again as the settings say"));
    }
}
