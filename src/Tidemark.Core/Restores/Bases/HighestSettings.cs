using System.Globalization;
using Tidemark.BaseBackups;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>The highest value that each setting had which replay needs: in the backup, and in the WAL that is replayed.</summary>
internal sealed class HighestSettings
{
    private readonly Dictionary<string, int> highest = [];

    public HighestSettings(BaseManifest manifest) => Take(manifest);

    public IReadOnlyDictionary<string, int> ByName => highest;

    public void Take(BaseManifest manifest)
    {
        foreach (var (name, value) in manifest.Settings)
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) Take(name, number);
        if (ControlFile.Read(manifest.Control, out _) is { Settings: var control })
            Take(control.MaxConnections, control.MaxWorkerProcesses, control.MaxWalSenders, control.MaxPreparedTransactions, control.MaxLocksPerTransaction);
    }

    public void Take(in WalRecord record)
    {
        if (WalLandmark.Of(record) is WalLandmark.Parameters told) Take(told.MaxConnections, told.MaxWorkers, told.MaxSenders, told.MaxPrepared, told.MaxLocks);
    }

    private void Take(int connections, int workers, int senders, int prepared, int locks)
    {
        Take("max_connections", connections);
        Take("max_worker_processes", workers);
        Take("max_wal_senders", senders);
        Take("max_prepared_transactions", prepared);
        Take("max_locks_per_transaction", locks);
    }

    private void Take(string name, int value) => highest[name] = Math.Max(value, highest.GetValueOrDefault(name));
}
