using System.Globalization;
using Tidemark.Repositories;

namespace Tidemark.Cli.Output;

/// <summary>Keys in words. Public halves only.</summary>
internal static class KeyText
{
    /// <summary>What changing the ring does not do.</summary>
    public const string RevokesNobody = "this revokes nobody: whoever has a copy of an old key file, or of a key of the repository, opens all that was written so far";

    public static void Say(Terminal terminal, KeyRingDocument ring, IReadOnlyList<Readership> readerships)
    {
        terminal.Say(ring.Keys.Count > 0 ? $"{ring.Store}: {Sizes.Count(ring.Keys.Count, "key")} in the ring" : $"{ring.Store}: no key ring; backups go to the recipients of BACKUP_ENCRYPT_TO directly");
        foreach (var key in ring.Keys)
        {
            terminal.Say($"  key {key.Id}  {key.PublicKey ?? "public key not noted"}{(key.WrittenTo ? "  (BACKUP_ENCRYPT_TO)" : "")}");
            foreach (var recipient in key.Recipients) terminal.Say($"    wrapped to      {recipient}");
        }
        SayReaders(terminal, ring, readerships);
        foreach (var part in ring.Unread) terminal.Remark($"warning: {part}");
    }

    public static void SayReaders(Terminal terminal, KeyRingDocument ring, IReadOnlyList<Readership> readerships)
    {
        foreach (var readership in readerships)
        {
            var newest = readership.Newest?.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) ?? "not dated";
            var who = ring.Keys.FirstOrDefault(key => key.PublicKey is not null && key.PublicKey == readership.Recipient) is { } key ? $"whoever opens key {key.Id} of the ring" : readership.Recipient ?? "somebody its manifest does not name";
            terminal.Say($"  {Sizes.Count(readership.Count, "backup")}, the newest {newest}: readable by {who}");
        }
    }
}
