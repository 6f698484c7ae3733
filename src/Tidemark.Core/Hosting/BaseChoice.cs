using Tidemark.BaseBackups;

namespace Tidemark.Hosting;

/// <summary>The base backups that somebody sees, and the one that is meant.</summary>
/// <param name="workbench">Where to look.</param>
/// <param name="remark">Told of a store that could not be looked at: it hides no other.</param>
internal sealed class BaseChoice(Workbench workbench, Action<string> remark)
{
    /// <summary>Of all stores.</summary>
    public async Task<IReadOnlyList<StoredBackup>> ListAsync(CancellationToken token)
    {
        var found = new List<StoredBackup>();
        foreach (var store in workbench.Stores.Objects)
            try
            {
                found.AddRange(await StoredBases.ListAsync(store, workbench.Keys, KnownWriters.Read(workbench.State), token));
            }
            catch (Fault unseen)
            {
                remark($"base backups could not be looked at: {unseen.InOneLine}");
            }
        return found;
    }

    /// <summary>The one that is meant; null: no base backup is.</summary>
    /// <param name="wanted">An id or its unique beginning, or latest: that is one where there are no dumps.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">2: several begin so.</exception>
    public async Task<StoredBackup?> FindAsync(string wanted, CancellationToken token)
    {
        var now = workbench.Clock.GetUtcNow();
        if (wanted == "latest")
            return (await workbench.Stores.LookAsync(token)).Entries.Count > 0 ? null : (await ListAsync(token)).Where(one => BaseDocuments.StateOf(one, now) == "good").MaxBy(one => one.RecoveryPoint);
        if (!MayBeId(wanted)) return null;
        var found = (await ListAsync(token)).Where(one => one.Id.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        if (found.Count <= 1) return found.FirstOrDefault();
        throw new Fault(FaultCode.Ambiguous, "several base backups begin so") { Where = wanted, Why = string.Join(", ", found.Take(5).Select(one => one.Id)), Next = $"tidemark show {found[0].Id}" };
    }

    /// <summary>The id of a dump is hex digits alone: eight of a date and a T are none.</summary>
    public static bool MayBeId(string wanted) => wanted.Length > 8 && wanted[8] == 'T' && !wanted.AsSpan(0, 8).ContainsAnyExceptInRange('0', '9');
}
