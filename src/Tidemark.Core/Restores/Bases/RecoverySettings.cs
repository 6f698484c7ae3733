using System.Globalization;
using System.Text;

namespace Tidemark.Restores.Bases;

/// <summary>What a restored server is told in <c>postgresql.auto.conf</c>: behind all that stands there, so that it counts. Pure.</summary>
/// <remarks>
/// All targets but one are told to be none, and before the one: PostgreSQL refuses two, and an empty one that stands behind takes back the one before it (13 to 18).
/// A copy must not act as the original: it archives nothing, waits for no standby and follows no publication.
/// </remarks>
internal static class RecoverySettings
{
    public const string Path = "postgresql.auto.conf", Signal = "recovery.signal";

    /// <summary>WAL is in pg_wal already: whatever else the server asks for is not there.</summary>
    private const string NothingElse = "exit 1";

    private const int LastWithTrigger = 15;

    private static readonly string[] Targets = ["recovery_target", "recovery_target_name", "recovery_target_time", "recovery_target_xid", "recovery_target_lsn"];

    /// <summary>Settings that a hot standby refuses to replay with less of.</summary>
    private static readonly string[] AtLeast = ["max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction"];

    /// <param name="plan">Where to stop.</param>
    /// <param name="before">The file as it was in the backup.</param>
    /// <param name="highest">The highest that each setting had in the WAL, by name.</param>
    /// <param name="promote">Go on as a server of its own when the target is reached; else wait there, readable.</param>
    public static string Write(RecoveryPlan plan, string before, IReadOnlyDictionary<string, int> highest, bool promote)
    {
        var text = new StringBuilder(before);
        if (before.Length > 0 && before[^1] != '\n') text.Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"\n# Restored by Tidemark from backup {plan.Road.Base.Id}. This copy archives nothing and follows no publication;\n# to make it the server: remove the lines archive_mode and max_logical_replication_workers, and restart it.\n");
        foreach (var (name, value) in Lines(plan, highest, promote)) text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        return text.ToString();
    }

    public static IEnumerable<(string Name, string Value)> Lines(RecoveryPlan plan, IReadOnlyDictionary<string, int> highest, bool promote)
    {
        var (target, value) = plan.Stop switch
        {
            RecoveryStop.Immediate => ("recovery_target", "immediate"),
            RecoveryStop.Place => ("recovery_target_lsn", $"{plan.At}"),
            _ => ("", ""),
        };
        foreach (var other in Targets.Where(name => name != target)) yield return (other, "");
        if (target.Length > 0) yield return (target, value);
        yield return ("recovery_target_inclusive", "on");
        yield return ("recovery_target_timeline", plan.Road.History.Timeline.Value.ToString(CultureInfo.InvariantCulture));
        yield return ("recovery_target_action", promote ? "promote" : "pause");
        yield return ("restore_command", NothingElse);
        foreach (var none in new[] { "archive_cleanup_command", "recovery_end_command", "primary_conninfo", "primary_slot_name", "synchronous_standby_names" }) yield return (none, "");
        if (plan.Road.Manifest.ServerVersion / 10000 <= LastWithTrigger) yield return ("promote_trigger_file", "");
        yield return ("hot_standby", "on");
        foreach (var name in AtLeast)
            if (highest.TryGetValue(name, out var most)) yield return (name, most.ToString(CultureInfo.InvariantCulture));
        yield return ("archive_mode", "off");
        yield return ("max_logical_replication_workers", "0");
    }
}
