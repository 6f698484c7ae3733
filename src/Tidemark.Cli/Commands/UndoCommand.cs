using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class UndoCommand
{
    public static Command Build(Terminal terminal)
    {
        var forget = new Option<bool>("--forget") { Description = "drop the database kept by the last swap or undo, or an older one; wants --confirm with its name, and --force where the production guard is armed" };
        var force = new Option<bool>("--force") { Description = "with --confirm: pass the production guard" };
        var confirm = new Option<string?>("--confirm") { Description = "name of the database that may be changed", HelpName = "NAME" };
        var command = new Command("undo", "Take back the last swap of the database; the newer one is kept as <db>_undone_<time>.") { forget, force, confirm };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(session.Database, token);
            var undo = new UndoRunner(session.Database, new SwapJournal(session.State), session.Clock);
            var run = new RestoreRun(session.Recorder, session.Restores, session.State, session.Clock);
            if (parsed.GetValue(forget))
            {
                var forgotten = await run.ForgetAsync(undo, session.Database, session.Options.ProductionSaidBy, parsed.GetValue(force), parsed.GetValue(confirm), token);
                terminal.Say($"dropped \"{forgotten.Kept}\", the database kept since {forgotten.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
                if (terminal.Json) CliJson.Write(terminal.Output, new UndoDocument("forgotten", forgotten.Database, forgotten.Kept), CliJson.Default.UndoDocument);
                return 0;
            }
            var back = await run.UndoAsync(undo, session.Database, session.Options.ProductionSaidBy, parsed.GetValue(force), parsed.GetValue(confirm), token);
            terminal.Say($"\"{back.Database}\" is again the database that it was before the swap");
            terminal.Say($"  kept            the restored one is \"{back.Kept}\"");
            if (terminal.Json) CliJson.Write(terminal.Output, new UndoDocument("undone", back.Database, back.Kept), CliJson.Default.UndoDocument);
            return 0;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark undo", "the database from before the last swap has its name again"));
    }
}
