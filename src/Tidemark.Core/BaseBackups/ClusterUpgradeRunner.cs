using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Opens the next life of a cluster, after pg_upgrade or initdb: what was stored before stays as it is, and what comes goes into a folder of its own.</summary>
internal static class ClusterUpgradeRunner
{
    /// <param name="store">Where.</param>
    /// <param name="systemIdentifier">Of the server as it is now.</param>
    /// <param name="token">Cancels before the write.</param>
    /// <exception cref="Fault">5: the server is one whose folder is there. 4: nothing of the cluster is. 8: the store.</exception>
    public static async Task<OpenedLife> RunAsync(IObjectStore store, ulong systemIdentifier, CancellationToken token)
    {
        var lives = new Incarnations(store, IncarnationFolder.DefaultCluster);
        var before = await lives.ListAsync(token);
        if (before.Count == 0)
            throw new Fault(FaultCode.NotFound, "nothing of this cluster is stored yet, so there is nothing to go on from") { Where = store.Address, Left = "nothing was changed", Next = "tidemark backup --kind base # opens its first folder" };
        if (before.FirstOrDefault(life => life.SystemIdentifier == systemIdentifier) is { } same)
            throw new Fault(FaultCode.Refused, same == before[^1] ? "this server is the one whose backups go on: it was not upgraded" : "this server is an earlier life of the cluster")
            {
                Where = $"{same.Key} in {store.Address}",
                Why = $"its system identifier is {systemIdentifier}, and pg_upgrade and initdb give a new one",
                Left = "nothing was changed",
                Next = same == before[^1] ? "tidemark backup --kind base" : "let DATABASE_URL name the upgraded server",
            };
        return new OpenedLife(store.Address, before[^1], await lives.EnsureAsync(systemIdentifier, token));
    }
}

/// <param name="Store">Its address.</param>
/// <param name="Before">The life before.</param>
/// <param name="Now">The one that was opened.</param>
internal sealed record OpenedLife(string Store, IncarnationFolder Before, IncarnationFolder Now);
