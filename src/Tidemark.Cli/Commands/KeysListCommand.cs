using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

internal static class KeysListCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("list", "Show the key rings of the stores, and who can read which backups. Needs no key; it says what the stores say, and whoever can write there can write that.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            var rings = new List<KeyRingDocument>();
            foreach (var store in session.Stores.Objects)
                await using (store)
                {
                    var (ring, objects) = await KeysCommand.LookAsync(store, session, token);
                    KeyText.Say(terminal, ring, objects.Readerships);
                    rings.Add(ring);
                }
            if (terminal.Json) CliJson.Write(terminal.Output, new KeyRingsDocument(rings), CliJson.Default.KeyRingsDocument);
            return rings.Any(ring => ring.Unread.Count > 0) ? FaultCode.Partly.ExitCode : 0;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark keys list", "who can read which backups"));
    }
}
