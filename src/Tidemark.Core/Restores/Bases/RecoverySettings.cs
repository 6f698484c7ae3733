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
    public const string Path = "postgresql.auto.conf";

    /// <summary>WAL is in pg_wal already: whatever else the server asks for is not there.</summary>
    public const string NothingElse = "exit 1";

    private const int LastWithTrigger = 15;

    private static readonly string[] Targets = ["recovery_target", "recovery_target_name", "recovery_target_time", "recovery_target_xid", "recovery_target_lsn"];

    /// <summary>Settings that a hot standby refuses to replay with less of.</summary>
    private static readonly string[] AtLeast = ["max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction"];

    /// <summary>The file that makes it recover.</summary>
    public static string SignalOf(RecoveryManner manner) => manner.Role == RestoredRole.Standby ? "standby.signal" : "recovery.signal";

    /// <param name="plan">Where to stop.</param>
    /// <param name="before">The file as it was in the backup.</param>
    /// <param name="highest">The highest that each setting had in the WAL, by name.</param>
    /// <param name="manner">How.</param>
    public static string Write(RecoveryPlan plan, string before, IReadOnlyDictionary<string, int> highest, RecoveryManner manner)
    {
        var text = new StringBuilder(before);
        if (before.Length > 0 && before[^1] != '\n') text.Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"\n# Restored by Tidemark from backup {plan.Road.Base.Id}. {Told(manner.Role)}\n");
        foreach (var (name, value) in Lines(plan, highest, manner)) text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        return text.ToString();
    }

    public static IEnumerable<(string Name, string Value)> Lines(RecoveryPlan plan, IReadOnlyDictionary<string, int> highest, RecoveryManner manner)
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
        yield return ("recovery_target_timeline", manner.Role == RestoredRole.Standby ? "latest" : plan.Road.History.Timeline.Value.ToString(CultureInfo.InvariantCulture));
        yield return ("recovery_target_action", manner.Promote ? "promote" : "pause");
        yield return ("restore_command", manner.RestoreCommand);
        foreach (var none in new[] { "archive_cleanup_command", "recovery_end_command" }) yield return (none, "");
        yield return ("primary_conninfo", manner.Primary ?? "");
        yield return ("primary_slot_name", "");
        if (plan.Road.Manifest.ServerVersion / 10000 <= LastWithTrigger) yield return ("promote_trigger_file", "");
        yield return ("hot_standby", "on");
        foreach (var name in AtLeast)
            if (highest.TryGetValue(name, out var most)) yield return (name, most.ToString(CultureInfo.InvariantCulture));
        if (manner.Port is { } port) yield return ("port", port.ToString(CultureInfo.InvariantCulture));
        if (manner.Role == RestoredRole.Standby) yield break;
        // Its standbys are not there: every commit would wait for them.
        yield return ("synchronous_standby_names", "");
        if (manner.Role == RestoredRole.Primary) yield break;
        yield return ("archive_mode", "off");
        yield return ("max_logical_replication_workers", "0");
    }

    private static string Told(RestoredRole role) => role switch
    {
        RestoredRole.Primary => "It takes the place of the server that was backed up: it archives and\n# follows publications as that one did, but waits for no standby until the line synchronous_standby_names is removed.",
        RestoredRole.Standby => "It is a standby.",
        _ => "This copy archives nothing and follows no publication;\n# to make it the server: remove the lines archive_mode, max_logical_replication_workers and synchronous_standby_names, and restart it.",
    };
}
