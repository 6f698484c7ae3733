using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Codecs.Age;
using Tidemark.Repositories;
using Tidemark.Runs;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

/// <summary>The commands that change the key rings of the stores.</summary>
internal static class KeysRingCommand
{
    public static Command BuildAdd(Terminal terminal)
    {
        var who = new Argument<string[]>("recipient") { Description = "age1..., the public half of the key of somebody who shall read backups", Arity = ArgumentArity.OneOrMore };
        var command = new Command("add", "Let somebody read all backups of a repository. A store without a key ring gets one, with a key of its own to encrypt to. Needs BACKUP_IDENTITY where there is one already.") { who };
        command.SetAction((parsed, token) =>
        {
            var added = KeysCommand.Recipients(parsed.GetValue(who)!);
            List<WrappedIdentity> known = [];
            return EachAsync(terminal, RunKind.KeysAdd, async (ring, record) =>
            {
                if (!ring.IsEmpty)
                {
                    var wrapped = await record(() => ring.Writer.RewrapAsync(before => [.. before.Concat(added).DistinctBy(recipient => $"{recipient}")], token));
                    known.AddRange(wrapped);
                    Wrapped(terminal, ring.Store, wrapped);
                }
                // What is encrypted to a key must open also where only this store is left.
                else if (known.Count > 0) Joined(terminal, ring.Store, await record(() => ring.Writer.JoinAsync([.. known.DistinctBy(key => $"{key.Identity.Recipient}")], token)));
                else Made(terminal, ring.Store, await record(async () => [await ring.Writer.AddIdentityAsync(added, token)]));
            }, token);
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark keys add \"$(age-keygen -y tidemark-key.txt)\"", "the first time: makes the ring and tells what to set"),
            ("tidemark keys add \"$(age-keygen -y spare-key.txt)\"", "one more who can read all backups"));
    }

    public static Command BuildRemove(Terminal terminal)
    {
        var who = new Argument<string[]>("recipient") { Description = "age1... that is not to open the ring any more", Arity = ArgumentArity.OneOrMore };
        var command = new Command("remove", "Wrap the keys of a repository for everybody but these. It revokes nobody who has a copy of an old key: new backups are closed to them only after `keys rotate --identity`.") { who };
        command.SetAction((parsed, token) =>
        {
            var removed = KeysCommand.Recipients(parsed.GetValue(who)!).Select(recipient => $"{recipient}").ToList();
            return EachAsync(terminal, RunKind.KeysRemove, async (ring, record) =>
            {
                Wrapped(terminal, ring.Store, await record(async () =>
                {
                    var known = (await ring.Writer.OpenedAsync(token)).SelectMany(key => key.Recipients).Select(recipient => $"{recipient}").ToHashSet(StringComparer.Ordinal);
                    if (removed.FirstOrDefault(recipient => !known.Contains(recipient)) is { } stranger)
                        throw new Fault(FaultCode.NotFound, "this recipient opens no key of the ring") { Where = ring.Store.Address, Why = stranger, Next = "tidemark keys list" };
                    return await ring.Writer.RewrapAsync(before => [.. before.Where(recipient => !removed.Contains($"{recipient}"))], token);
                }));
                terminal.Remark(KeyText.RevokesNobody);
                terminal.Say("  close the new ones to them    tidemark keys rotate --identity");
            }, token);
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark keys remove \"$(age-keygen -y spare-key.txt)\"", "that key does not open the ring any more"));
    }

    public static Command BuildRotate(Terminal terminal)
    {
        var identity = new Option<bool>("--identity") { Description = "a new key of the repository for what is written from now on; the old ones stay in the ring for what was written so far" };
        var command = new Command("rotate", "Wrap the keys of a repository anew, and say who reads what. It revokes nobody who has a copy of an old key. Outside of a repository old backups stay as they are: change BACKUP_ENCRYPT_TO for the new ones.") { identity };
        command.SetAction((parsed, token) => EachAsync(terminal, RunKind.KeysRotate, async (ring, record) =>
        {
            var (before, objects) = await KeysCommand.LookAsync(ring.Store, ring.Session, token);
            if (ring.IsEmpty) terminal.Say($"{ring.Store.Address}: no key ring; change BACKUP_ENCRYPT_TO for what is written from now on, what is there stays as it is:");
            else
            {
                Wrapped(terminal, ring.Store, await record(() => ring.Writer.RewrapAsync(recipients => recipients, token)));
                if (parsed.GetValue(identity)) Made(terminal, ring.Store, await record(async () => [await ring.Writer.RotateIdentityAsync(ring.Session.Options.Encryption.Recipients, token)]));
                terminal.Remark(KeyText.RevokesNobody);
            }
            KeyText.SayReaders(terminal, before, objects.Readerships);
        }, token));
        return command.Teach(CommandGroup.SetUp, ("tidemark keys rotate", "wraps the ring anew and says which backups stay readable by whom"));
    }

    /// <summary>A store and its ring; changes of it are recorded.</summary>
    private sealed record Ring(IObjectStore Store, KeyRingWriter Writer, bool IsEmpty, Session Session);

    /// <summary>Gives each ring to the change, and with it what records one, the empty ones last. Nothing is changed before all stores have answered.</summary>
    private static async Task<int> EachAsync(Terminal terminal, RunKind kind, Func<Ring, Func<Func<Task<IReadOnlyList<WrappedIdentity>>>, Task<IReadOnlyList<WrappedIdentity>>>, Task> changeAsync, CancellationToken token)
    {
        var session = Session.Open(terminal);
        await using var stores = session.Stores;
        var (user, fresh, run) = (new UserKeys(session.Options.Encryption), new Lazy<AgeIdentity>(AgeIdentity.Generate), new KeysRun(session.Recorder));
        var rings = await run.BeforeAsync(kind, async () =>
        {
            var found = new List<Ring>();
            foreach (var store in stores.Objects)
                found.Add(new Ring(store, new KeyRingWriter(store, user, session.Clock) { Fresh = fresh }, await KeyRing.ReadAsync(store, null, token) is { Keys.Count: 0, Unread.Count: 0 }, session));
            return found;
        });
        foreach (var ring in rings.OrderBy(ring => ring.IsEmpty)) await changeAsync(ring, change => run.RunAsync(kind, ring.Store, change));
        var documents = new List<KeyRingDocument>();
        foreach (var ring in rings) documents.Add((await KeysCommand.LookAsync(ring.Store, session, token)).Ring);
        if (terminal.Json) CliJson.Write(terminal.Output, new KeyRingsDocument(documents), CliJson.Default.KeyRingsDocument);
        return 0;
    }

    private static void Made(Terminal terminal, IObjectStore store, IReadOnlyList<WrappedIdentity> keys)
    {
        var made = keys.Single();
        terminal.Say($"made key {RingKey.IdOf(made.Identity.Recipient)} of {store.Address}");
        foreach (var recipient in made.Recipients) terminal.Say($"  wrapped to      {recipient}");
        terminal.Say($"  to encrypt      export BACKUP_ENCRYPT_TO={made.Identity.Recipient}  # on every host that writes; it is never taken from the store");
        terminal.Say("  what was written before stays as it is");
    }

    private static void Wrapped(Terminal terminal, IObjectStore store, IReadOnlyList<WrappedIdentity> keys) => Each(terminal, keys, id => $"wrapped key {id} of {store.Address} anew");

    private static void Joined(Terminal terminal, IObjectStore store, IReadOnlyList<WrappedIdentity> keys) => Each(terminal, keys, id => $"gave key {id} to {store.Address}, which had no ring");

    private static void Each(Terminal terminal, IReadOnlyList<WrappedIdentity> keys, Func<string, string> did)
    {
        foreach (var key in keys)
        {
            terminal.Say(did(RingKey.IdOf(key.Identity.Recipient)));
            foreach (var recipient in key.Recipients) terminal.Say($"  wrapped to      {recipient}");
        }
    }
}
