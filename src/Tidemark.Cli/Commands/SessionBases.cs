using Tidemark.BaseBackups;
using Tidemark.Cli.Output;

namespace Tidemark.Cli.Commands;

/// <summary>The base backups that a command sees.</summary>
internal static class SessionBases
{
    /// <summary>Of all stores; one that cannot be looked at is told, and hides no other.</summary>
    public static async Task<IReadOnlyList<StoredBackup>> BasesAsync(this Session session, CancellationToken token)
    {
        var found = new List<StoredBackup>();
        foreach (var store in session.Stores.Objects)
            try
            {
                found.AddRange(await StoredBases.ListAsync(store, session.Keys, KnownWriters.Read(session.State), token));
            }
            catch (Fault unseen)
            {
                session.Terminal.Remark($"warning: base backups could not be looked at: {unseen.InOneLine}");
            }
        return found;
    }

    /// <summary>The one that is meant; null: no base backup is.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="wanted">An id or its unique beginning, or latest: that is one where there are no dumps.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">2: several begin so.</exception>
    public static async Task<StoredBackup?> FindBaseAsync(this Session session, string wanted, CancellationToken token)
    {
        if (wanted == "latest")
            return (await session.Stores.LookAsync(token)).Entries.Count > 0 ? null : (await session.BasesAsync(token)).Where(one => BaseDocuments.StateOf(one) == "good").MaxBy(one => one.RecoveryPoint);
        if (!MayBeId(wanted)) return null;
        var found = (await session.BasesAsync(token)).Where(one => one.Id.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        if (found.Count <= 1) return found.FirstOrDefault();
        throw new Fault(FaultCode.Ambiguous, "several base backups begin so") { Where = wanted, Why = string.Join(", ", found.Take(5).Select(one => one.Id)), Next = $"tidemark show {found[0].Id}" };
    }

    /// <summary>The id of a dump is hex digits alone: eight of a date and a T are none.</summary>
    private static bool MayBeId(string wanted) => wanted.Length > 8 && wanted[8] == 'T' && !wanted.AsSpan(0, 8).ContainsAnyExceptInRange('0', '9');
}
