using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Repositories;

namespace Tidemark.Cli.Commands;

internal static class KeysCheckCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("check", "Open the head of everything encrypted with BACKUP_IDENTITY; exits 9 when something stays closed. What follows the head is not read: that is for verify.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            await using var places = session.Stores;
            var stores = places.Objects;
            var keys = new RepositoryKeys(session.Options.Encryption, stores);
            var (outcomes, unseen) = (new List<CheckedKeyDocument>(), new List<string>());
            foreach (var store in stores)
            {
                var objects = await SealedObjects.ReadAsync(store, token);
                unseen.AddRange(objects.Unseen);
                foreach (var verdict in await KeyCheck.RunAsync(store, objects, keys, token))
                {
                    outcomes.Add(new CheckedKeyDocument(store.Address, verdict.Key, verdict.Closed is null, verdict.Closed?.InOneLine));
                    if (verdict.Closed is { } closed) terminal.Say($"CLOSED   {verdict.Key}: {closed.What}; {closed.Why}");
                }
            }
            foreach (var part in unseen) terminal.Remark($"warning: {part}");
            var closedCount = outcomes.Count(outcome => !outcome.Opens);
            terminal.Say(outcomes.Count == 0 ? "nothing here is encrypted" : $"{outcomes.Count - closedCount} of {Sizes.Count(outcomes.Count, "encrypted file")} opened{(session.Options.Encryption.Identity is { } identity ? $" with {identity}" : "")}");
            if (terminal.Json) CliJson.Write(terminal.Output, new KeyCheckDocument(outcomes), CliJson.Default.KeyCheckDocument);
            return closedCount > 0 ? FaultCode.Keys.ExitCode : unseen.Count > 0 ? FaultCode.Partly.ExitCode : 0;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark keys check", "whether your key opens every encrypted backup"));
    }
}
