using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Repositories;
using Tidemark.Runs;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

internal static class CopyCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "id, file name, unique prefix, or latest (default)", Arity = ArgumentArity.ZeroOrOne }.Completes(LiveValue.Backups);
        var all = new Option<bool>("--all") { Description = "every backup that is whole" };
        var from = new Option<string?>("--from") { Description = "read from this store of BACKUP_DIR (default: the first that has it whole)", HelpName = "STORE" };
        var to = new Option<string?>("--to") { Description = "a store to bring it to, as in BACKUP_DIR (default: every store there that lacks it)", HelpName = "STORE" };
        var command = new Command("copy", "Bring backups to stores that lack them, byte for byte, and read there what arrived.") { id, all, from, to };
        command.SetAction(async (parsed, token) =>
        {
            if (parsed.GetValue(all) && parsed.GetValue(id) is not null) throw new Fault(FaultCode.Usage, "an id and --all exclude each other") { Next = "give one of them" };
            var session = Session.Open(terminal);
            await session.TidyAsync(null, token);
            var (found, unseen) = parsed.GetValue(all) ? await session.Stores.LookAsync(token) : new DumpListing([], []);
            foreach (var part in unseen) terminal.Remark($"warning: {part}");
            var entries = parsed.GetValue(all) ? found.Where(entry => entry.Manifest is not null).ToList()
                : [await session.Choice.FindAsync(parsed.GetValue(id) ?? "latest", session.Options.Database?.Database, terminal.Folder, token)];
            await using var elsewhere = parsed.GetValue(to) is { } named ? Named(session, named) : null;
            var (copied, failed, skipped) = (new List<CopyDocument>(), new List<Fault>(), new List<(DumpStore Store, DumpEntry Source)>());
            foreach (var entry in entries)
            {
                var source = entry.Copies.Where(copy => parsed.GetValue(from) is not { } only || copy.Store.Address == only).OrderBy(copy => copy.State).FirstOrDefault()
                    ?? throw new Fault(FaultCode.NotFound, "this store does not have the backup") { Where = $"--from {parsed.GetValue(from)}", Why = $"it is in {string.Join(", ", entry.Copies.Select(copy => copy.Store.Address))}", Next = "leave out --from" };
                foreach (var store in elsewhere is not null ? [elsewhere] : session.Stores.All.Where(store => entry.Copies.All(copy => copy.Store != store)).ToList())
                {
                    try
                    {
                        // What is there already is no failure of "bring all that is missing".
                        if (parsed.GetValue(all) && await store.Objects.FindAsync(DumpName.ManifestOf(source.Key), token) is not null)
                        {
                            skipped.Add((store, source));
                            continue;
                        }
                        await CopyAsync(session, source, store, token);
                        copied.Add(new CopyDocument(store.Address, source.Key, "good"));
                        terminal.Say($"copied  {source.Id}  {store.PathOf(source.Key)} ({Sizes.InWords(source.Size)}, read there and compared)");
                    }
                    catch (Fault fault) when (entries.Count > 1)
                    {
                        failed.Add(fault);
                        FaultText.TellTalk(terminal, fault);
                    }
                }
            }
            foreach (var store in skipped.GroupBy(one => one.Store, one => one.Source)) await SkipAsync(session, store.Key, [.. store]);
            if (copied.Count == 0 && failed.Count == 0 && unseen.Count == 0) terminal.Say("nothing to copy: every store has it");
            if (terminal.Json) CliJson.Write(terminal.Output, new CopiesDocument(copied), CliJson.Default.CopiesDocument);
            return failed.Count == 0 ? unseen.Count == 0 ? 0 : FaultCode.Partly.ExitCode : copied.Count == 0 ? failed[0].Code.ExitCode : FaultCode.Partly.ExitCode;
        });
        return command.Teach(CommandGroup.BackUp,
            ("tidemark copy latest --to /mnt/usb/backups", "the newest good backup into another folder"),
            ("tidemark copy --all", "what any store of BACKUP_DIR lacks"));
    }

    private static DumpStore Named(Session session, string text)
    {
        try
        {
            var address = StoreAddress.Parse(text);
            if (address.Kind == StoreKind.Folder) address = address with { Path = Path.GetFullPath(address.Path, session.Terminal.Folder) };
            return Stores.Kinds.OfDumps(address, session.Options);
        }
        catch (FormatException unreadable)
        {
            throw new Fault(FaultCode.Usage, "this is no address of a store", unreadable) { Where = $"--to {text}", Why = unreadable.Message, Next = "tidemark copy --help" };
        }
    }

    /// <summary>One run for all of a store: a copy every night passes over all that it brought before.</summary>
    private static Task<bool> SkipAsync(Session session, DumpStore store, IReadOnlyList<DumpEntry> skipped) => session.Recorder.RecordAsync(RunKind.Copy, "all", run =>
    {
        run.Details = new RunDetails { Target = store.Address, Outcome = "skipped" };
        foreach (var source in skipped) run.Log($"passed over {source.Id}: {store.PathOf(source.Key)} is there");
        session.Terminal.Say($"passed over {Sizes.Count(skipped.Count, "backup")} whose names are taken in {store.Address}");
        return Task.FromResult(true);
    });

    private static Task<bool> CopyAsync(Session session, DumpEntry source, DumpStore to, CancellationToken token) => session.Recorder.RecordAsync(RunKind.Copy, source.Database ?? "", async run =>
    {
        run.Details = new RunDetails { BackupId = source.Id, File = source.Key, Target = to.Address };
        var progress = new ProgressLine<DumpProgress>(session.Terminal, session.Clock, (at, _) => $"copying {source.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(source.Size)}");
        return await progress.WhileAsync($"copying {source.Key}", async () =>
        {
            await new CopyRunner(session.Clock).RunAsync(source, to, progress, token);
            await BreakGlass.WriteAsync(to.Objects, token);
            return true;
        });
    });
}
