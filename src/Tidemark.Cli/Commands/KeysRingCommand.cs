using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

/// <summary>The commands that change the key rings of the stores.</summary>
internal static class KeysRingCommand
{
    public static Command BuildAdd(Terminal terminal)
    {
        var who = new Argument<string[]>("recipient") { Description = "age1..., the public half of the key of somebody who shall read backups", Arity = ArgumentArity.OneOrMore };
        var command = new Command("add", "Let somebody read all backups of a repository. A store without a key ring gets one, with a key of its own to encrypt to. Needs BACKUP_IDENTITY where there is one already.") { who };
        command.SetAction((parsed, token) => EachAsync(terminal, async (store, writer, session) =>
        {
            var added = KeysCommand.Recipients(parsed.GetValue(who)!);
            if ((await KeyRing.ReadAsync(store, null, token)) is { Keys.Count: 0, Unread.Count: 0 }) Made(terminal, store, await writer.AddIdentityAsync(added, token));
            else Wrapped(terminal, store, await writer.RewrapAsync(before => [.. before.Concat(added).DistinctBy(recipient => $"{recipient}")], token));
        }, token));
        return command.Teach(CommandGroup.SetUp,
            ("tidemark keys add \"$(age-keygen -y tidemark-key.txt)\"", "the first time: makes the ring and tells what to set"),
            ("tidemark keys add \"$(age-keygen -y spare-key.txt)\"", "one more who can read all backups"));
    }

    public static Command BuildRemove(Terminal terminal)
    {
        var who = new Argument<string[]>("recipient") { Description = "age1... that is not to open the ring any more", Arity = ArgumentArity.OneOrMore };
        var command = new Command("remove", "Wrap the keys of a repository for everybody but these. It revokes nobody who has a copy of an old key: new backups are closed to them only after `keys rotate --identity`.") { who };
        command.SetAction((parsed, token) => EachAsync(terminal, async (store, writer, session) =>
        {
            var removed = KeysCommand.Recipients(parsed.GetValue(who)!).Select(recipient => $"{recipient}").ToList();
            var known = (await writer.OpenedAsync(token)).SelectMany(key => key.Recipients).Select(recipient => $"{recipient}").ToHashSet(StringComparer.Ordinal);
            if (removed.FirstOrDefault(recipient => !known.Contains(recipient)) is { } stranger)
                throw new Fault(FaultCode.NotFound, "this recipient opens no key of the ring") { Where = store.Address, Why = stranger, Next = "tidemark keys list" };
            Wrapped(terminal, store, await writer.RewrapAsync(before => [.. before.Where(recipient => !removed.Contains($"{recipient}"))], token));
            terminal.Remark(KeyText.RevokesNobody);
            terminal.Say("  close the new ones to them    tidemark keys rotate --identity");
        }, token));
        return command.Teach(CommandGroup.SetUp, ("tidemark keys remove \"$(age-keygen -y spare-key.txt)\"", "that key does not open the ring any more"));
    }

    public static Command BuildRotate(Terminal terminal)
    {
        var identity = new Option<bool>("--identity") { Description = "a new key of the repository for what is written from now on; the old ones stay in the ring for what was written so far" };
        var command = new Command("rotate", "Wrap the keys of a repository anew, and say who reads what. It revokes nobody who has a copy of an old key. Outside of a repository old backups stay as they are: change BACKUP_ENCRYPT_TO for the new ones.") { identity };
        command.SetAction((parsed, token) => EachAsync(terminal, async (store, writer, session) =>
        {
            var (ring, objects) = await KeysCommand.LookAsync(store, session, token);
            if (ring.Keys.Count == 0 && ring.Unread.Count == 0) terminal.Say($"{store.Address}: no key ring; change BACKUP_ENCRYPT_TO for what is written from now on, what is there stays as it is:");
            else
            {
                Wrapped(terminal, store, await writer.RewrapAsync(before => before, token));
                if (parsed.GetValue(identity)) Made(terminal, store, await writer.RotateIdentityAsync(session.Options.Encryption.Recipients, token));
                terminal.Remark(KeyText.RevokesNobody);
            }
            KeyText.SayReaders(terminal, ring, objects.Readerships);
        }, token));
        return command.Teach(CommandGroup.SetUp, ("tidemark keys rotate", "wraps the ring anew and says which backups stay readable by whom"));
    }

    private static async Task<int> EachAsync(Terminal terminal, Func<IObjectStore, KeyRingWriter, Session, Task> changeAsync, CancellationToken token)
    {
        var session = Session.Open(terminal);
        var user = new UserKeys(session.Options.Encryption);
        var rings = new List<KeyRingDocument>();
        foreach (var store in session.Stores.Objects)
            await using (store)
            {
                await changeAsync(store, new KeyRingWriter(store, user, session.Clock), session);
                rings.Add((await KeysCommand.LookAsync(store, session, token)).Ring);
            }
        if (terminal.Json) CliJson.Write(terminal.Output, new KeyRingsDocument(rings), CliJson.Default.KeyRingsDocument);
        return 0;
    }

    private static void Made(Terminal terminal, IObjectStore store, WrappedIdentity made)
    {
        terminal.Say($"made key {RingKey.IdOf(made.Identity.Recipient)} of {store.Address}");
        foreach (var recipient in made.Recipients) terminal.Say($"  wrapped to      {recipient}");
        terminal.Say($"  to encrypt      export BACKUP_ENCRYPT_TO={made.Identity.Recipient}  # on every host that writes; it is never taken from the store");
        terminal.Say("  what was written before stays as it is");
    }

    private static void Wrapped(Terminal terminal, IObjectStore store, IReadOnlyList<WrappedIdentity> keys)
    {
        foreach (var key in keys)
        {
            terminal.Say($"wrapped key {RingKey.IdOf(key.Identity.Recipient)} of {store.Address} anew");
            foreach (var recipient in key.Recipients) terminal.Say($"  wrapped to      {recipient}");
        }
    }
}
