using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Codecs.Age;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

internal static class KeysCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("keys", "Make keys, and say who can open the backups.")
        {
            KeysGenerateCommand.Build(terminal),
            KeysListCommand.Build(terminal),
            KeysRingCommand.BuildAdd(terminal),
            KeysRingCommand.BuildRemove(terminal),
            KeysRingCommand.BuildRotate(terminal),
            KeysCheckCommand.Build(terminal),
        }.Teach(CommandGroup.SetUp, ("tidemark keys check", "whether your key opens every encrypted backup"));

    /// <summary>As somebody typed it.</summary>
    public static IReadOnlyList<AgeRecipient> Recipients(IEnumerable<string> texts) => [.. texts.Select(Recipient).DistinctBy(recipient => $"{recipient}")];

    /// <summary>What the ring of a store shows without a key, and who reads what lies beside it.</summary>
    public static async Task<(KeyRingDocument Ring, SealedObjects Objects)> LookAsync(IObjectStore store, Session session, CancellationToken token)
    {
        var ring = await KeyRing.ReadAsync(store, null, token);
        var objects = await SealedObjects.ReadAsync(store, token);
        return (new KeyRingDocument(store.Address, (await RepositoryMark.ReadAsync(store, token))?.Id, [.. ring.Keys.Select(Of)], [.. objects.Readerships.Select(ReadershipDocument.Of)], [.. ring.Unread, .. objects.Unseen]), objects);

        RingKeyDocument Of(RingKey key) => new(key.Id, key.Note?.PublicKey, key.Note?.Recipients ?? [], key.Note?.Created, session.Options.Encryption.Recipients.Any(recipient => RingKey.IdOf(recipient) == key.Id));
    }

    private static AgeRecipient Recipient(string text)
    {
        try
        {
            return AgeRecipient.Parse(text);
        }
        catch (FormatException none)
        {
            // Not shown: somebody may have typed the secret half.
            throw new Fault(FaultCode.Usage, "a recipient cannot be read", none) { Why = none.Message, Next = "age-keygen -y FILE # prints the recipient of an identity file" };
        }
    }
}
