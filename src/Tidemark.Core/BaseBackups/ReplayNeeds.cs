using System.Globalization;
using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>Settings that a server which replays this cluster's WAL needs to be at least as high, by their names in postgresql.conf.</summary>
internal static class ReplayNeeds
{
    public static IReadOnlyDictionary<string, string> Of(ReplaySettings settings) => new Dictionary<string, string>
    {
        ["max_connections"] = Text(settings.MaxConnections),
        ["max_worker_processes"] = Text(settings.MaxWorkerProcesses),
        ["max_wal_senders"] = Text(settings.MaxWalSenders),
        ["max_prepared_transactions"] = Text(settings.MaxPreparedTransactions),
        ["max_locks_per_transaction"] = Text(settings.MaxLocksPerTransaction),
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
