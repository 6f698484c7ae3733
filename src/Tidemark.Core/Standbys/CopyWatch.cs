using Npgsql;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>Waits until every table has its first copy and keeps up by the stream.</summary>
internal sealed class CopyWatch(StandbyRecord record, NpgsqlConnection standby, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A copy that fails is begun again each few seconds; by then it is no accident.</summary>
    private const long ToleratedFailures = 5;

    private readonly bool countsFailures = DatabaseConnection.Version(standby).Major >= 15;

    /// <param name="bytes">Of the tables on the primary.</param>
    /// <param name="progress">How far.</param>
    /// <param name="token">Ends the waiting, not the copy.</param>
    /// <exception cref="Fault">It fails again and again.</exception>
    public async Task WaitAsync(long bytes, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        var before = await FailuresAsync(token);
        while (await ReadAsync(token) is var at && (at.Tables == 0 || at.Ready < at.Tables))
        {
            progress.Report(new RestoreProgress($"copying rows, {at.Ready} of {at.Tables} tables are there", Math.Min(at.Bytes, bytes), bytes, "bytes"));
            if (await FailuresAsync(token) - before is >= ToleratedFailures and var failures) throw Failing(failures, at);
            await Task.Delay(Pause, clock, token);
        }
    }

    private async Task<(long Ready, long Tables, long Bytes)> ReadAsync(CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select count(*) filter (where srsubstate = 'r'), count(*), coalesce(sum(pg_total_relation_size(srrelid)), 0)::bigint
              from pg_subscription_rel join pg_subscription s on s.oid = srsubid where subname = $1 and subdbid = (select oid from pg_database where datname = current_database())
            """, standby) { Parameters = { new() { Value = record.Object } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private async Task<long> FailuresAsync(CancellationToken token) => !countsFailures ? 0
        : await standby.ScalarAsync<long>($"select coalesce(sum(apply_error_count + sync_error_count), 0)::bigint from pg_stat_subscription_stats where subname = {SqlText.Literal(record.Object)}", token);

    private Fault Failing(long failures, (long Ready, long Tables, long Bytes) at) => new(FaultCode.Failed, "the first copy fails again and again")
    {
        Where = $"subscription {record.Object}",
        Why = $"{failures} failures; {at.Ready} of {at.Tables} tables are there. The server writes the cause to its log, in lines of \"logical replication\"",
        Left = "the subscription goes on trying, and its slot keeps WAL on the primary",
        Next = $"look into the standby's log, mend the cause, then the same command again; or: tidemark standby drop {record.Id}",
    };
}
