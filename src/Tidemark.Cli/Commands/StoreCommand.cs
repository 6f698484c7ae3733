using System.CommandLine;
using System.Security.Cryptography;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

internal static class StoreCommand
{
    public static Command Build(Terminal terminal) => new Command("store", "Object stores. Backups are kept in a folder still; whether another place would do can be tried already.") { Check(terminal) }
        .Teach(CommandGroup.SetUp, ("tidemark store check s3://bucket/prefix", "whether a bucket keeps what backups rely on"));

    private static Command Check(Terminal terminal)
    {
        var where = new Argument<string>("store") { Description = "a folder, s3://bucket/prefix, azblob://container/prefix or sftp://user@host:port/path" };
        var command = new Command("check", "Try on a real store all that backups rely on; leaves nothing behind.") { where };
        command.SetAction(async (parsed, token) =>
        {
            var meter = new StoreMeter();
            // What else is wrong in the settings hinders no trial.
            var bandwidth = ConfigurationReader.Inspect(terminal.Folder, terminal.Environment, new Dictionary<string, string>()).Options.Bandwidth;
            await using var store = Stores.Kinds.Open(AddressOf(parsed.GetValue(where)!), terminal.Environment, terminal.Folder, bandwidth, meter);
            var outcomes = new List<StorePromiseDocument>();
            foreach (var promise in StorePromises.All)
            {
                var trial = new StoreTrial(store, $"tidemark-check-{RandomNumberGenerator.GetHexString(8, lowercase: true)}/", token);
                var broken = await BrokenAsync(promise, trial);
                outcomes.Add(new StorePromiseDocument(promise.Name, broken is null, broken?.Why));
                terminal.Say($"{(broken is null ? "kept   " : "BROKEN ")} {promise.Name}{(broken is null ? "" : $": {broken.Why}")}");
            }
            var use = StoreUseDocument.Of(meter);
            terminal.Say($"{Sizes.Count(use.Requests, "request")}{(use.Failures == 0 ? "" : $" ({use.Failures} refused or failed, as the trial makes some do)")}, {Sizes.InWords(use.BytesUp)} up, {Sizes.InWords(use.BytesDown)} down");
            if (terminal.Json) CliJson.Write(terminal.Output, new StoreCheckDocument(store.Address, outcomes.All(outcome => outcome.Kept), outcomes, use), CliJson.Default.StoreCheckDocument);
            return outcomes.All(outcome => outcome.Kept) ? 0 : FaultCode.Store.ExitCode;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark store check \"$BACKUP_DIR\"", "a folder; s3://bucket/prefix and azblob://container/prefix are tried the same way"));
    }

    /// <summary>Null when the promise is kept. A store that cannot be reached at all is thrown.</summary>
    private static async Task<Fault?> BrokenAsync(StorePromise promise, StoreTrial trial)
    {
        try
        {
            await promise.TryAsync(trial);
            await trial.CleanAsync();
            return null;
        }
        catch (Fault broken) when (broken.Code == FaultCode.BrokenPromise)
        {
            await trial.CleanAsync();
            return broken;
        }
    }

    private static StoreAddress AddressOf(string text)
    {
        try
        {
            return StoreAddress.Parse(text);
        }
        catch (FormatException unreadable)
        {
            throw new Fault(FaultCode.Usage, "this is no address of a store", unreadable) { Where = text, Why = unreadable.Message, Next = "tidemark store check --help" };
        }
    }
}
