using Tidemark.Postgres;
using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>The segment in which a backup of a standby ends: the primary still writes it, and only the primary can end it. Where nothing is written there, that may take for ever.</summary>
/// <param name="address">Where the backup's session went; it may name the primary too.</param>
/// <param name="facts">What that was told.</param>
/// <param name="remark">Told what somebody must do where we cannot.</param>
internal sealed class OpenSegment(DatabaseAddress address, ClusterFacts facts, Action<string> remark)
{
    /// <summary>Ends it, if a primary of the same cluster answers; else says how.</summary>
    public async Task EndAsync(Lsn stop, CancellationToken token)
    {
        var size = new WalSegmentSize(facts.WalSegmentBytes);
        var why = address.Places.Count == 1 ? "DATABASE_URL names the standby alone" : "";
        if (why.Length == 0)
            try
            {
                await using var primary = await DatabaseConnection.OpenAsync(address.With("target_session_attrs", "primary"), token);
                if (await primary.ScalarAsync<long>("select system_identifier from pg_control_system()", token) != unchecked((long)facts.SystemIdentifier)) why = "the primary that DATABASE_URL names is of another cluster";
                else if (size.NumberAt(Lsn.Parse((await primary.ScalarAsync<string>("select pg_current_wal_insert_lsn()::text", token))!)) > size.NumberBefore(stop)) return;
                else await primary.ExecuteAsync("select pg_switch_wal()", token);
            }
            catch (Fault unreachable) when (unreachable.Code == FaultCode.Unreachable || unreachable.Code == FaultCode.AccessDenied)
            {
                why = unreachable.InOneLine;
            }
            catch (Npgsql.PostgresException refused)
            {
                why = refused.MessageText;
            }
        if (why.Length > 0) remark($"the backup ends at {stop}, in a segment that the primary may not have ended: it waits until that is full, or until somebody runs there: select pg_switch_wal() ({why})");
    }
}
