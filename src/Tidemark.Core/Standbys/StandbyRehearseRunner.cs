using Npgsql;
using Tidemark.Drills;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Standbys;

/// <summary>A promotion on a throw-away copy beside the standby, on its own server: sequences, materialized views, your smoke test. The primary is not touched.</summary>
/// <remarks>The copy is made by the server, from the standby's database, which nobody may use for that moment: replication pauses, and catches up afterwards.</remarks>
internal sealed class StandbyRehearseRunner(StandbyBook book, StandbyReader reader, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<DrillReport> RunAsync(PromoteOptions options, string runId, Action<string> log, CancellationToken token)
    {
        using var single = book.Lock(options.Record.Id, clock);
        var record = options.Record;
        if (record.Phase != StandbyPhase.Streaming) throw new Fault(FaultCode.Refused, $"standby \"{record.Id}\" cannot be rehearsed: it is {record.Phase.ToString().ToLowerInvariant()}") { Next = $"tidemark standby status {record.Id}" };
        await TidyAsync(record, options.Sides.Standby, token);
        var course = new PromotionCourse(options, runId, clock);
        await course.MeasureAsync(reader, token);

        var copy = options.Sides.Standby.WithDatabase(DatabaseCreation.FreeName(options.Sides.Standby.Database, "rehearsed", clock.GetUtcNow(), new HashSet<string>()));
        book.Write(record = record with { Rehearsal = copy.Database });
        try
        {
            await course.PhaseAsync("copy", () => CopyAsync(record, options.Sides.Standby, copy.Database, token));
            log($"a copy of the standby: \"{copy.Database}\"");
            await using var connection = await DatabaseConnection.OpenAsync(copy, token);
            await course.PhaseAsync("take over", async () =>
            {
                await SequenceSync.PastRowsAsync(connection, token);
                foreach (var refused in await MaterializedViews.RefreshAsync(connection, token)) course.Remark("materialized view", refused);
                await PrimarySide.DropBeatsAsync(connection, record.Id, token);
            });
            await course.PhaseAsync("smoke test", () => SmokeTestAsync(options, copy, log, token));
            return course.Report($"standby {record.Id} would take over", "rehearsed on a throw-away copy", [], await connection.ScalarAsync<long>("select pg_database_size(current_database())", token), DatabaseConnection.Version(connection));
        }
        finally
        {
            await TidyAsync(record, options.Sides.Standby, CancellationToken.None);
            book.Write(record with { Rehearsal = null });
        }
    }

    /// <summary>What a killed rehearsal left: its copy, and a subscription that is paused.</summary>
    private static async Task TidyAsync(StandbyRecord record, DatabaseAddress standby, CancellationToken token)
    {
        if (record.Rehearsal is not { } copy) return;
        await using (var maintenance = await MaintenanceConnection.OpenAsync(standby, token))
            await maintenance.ExecuteAsync($"drop database if exists {SqlText.Identifier(copy)} with (force)", token);
        await using var connection = await DatabaseConnection.OpenAsync(standby, token);
        await new StandbySide(record, connection).SetEnabledAsync(true, token);
    }

    private async Task CopyAsync(StandbyRecord record, DatabaseAddress standby, string copy, CancellationToken token)
    {
        await using (var connection = await DatabaseConnection.OpenAsync(standby, token)) await new StandbySide(record, connection).SetEnabledAsync(false, token);
        await using var maintenance = await MaintenanceConnection.OpenAsync(standby, token);
        for (var begun = clock.GetTimestamp(); ;)
            try
            {
                await maintenance.ExecuteAsync($"create database {SqlText.Identifier(copy)} template {SqlText.Identifier(standby.Database)}", token);
                break;
            }
            catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                // The worker of the subscription ends within a moment; a person who reads there does not.
                if (clock.GetElapsedTime(begun) > Patience) throw new Fault(FaultCode.Locked, "the standby's database is in use, and cannot be copied", used) { Where = standby.ToString(), Why = used.Detail ?? used.MessageText, Left = "replication goes on", Next = "end the sessions there, then rehearse again" };
                await Task.Delay(TimeSpan.FromMilliseconds(200), clock, token);
            }
        await using var following = await DatabaseConnection.OpenAsync(standby, token);
        await new StandbySide(record, following).SetEnabledAsync(true, token);
    }

    private static async Task SmokeTestAsync(PromoteOptions options, DatabaseAddress copy, Action<string> log, CancellationToken token)
    {
        if (options.Hooks.SmokeTest is not { } command) return;
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = copy.ToUrl(), ["TIDEMARK_DATABASE"] = copy.Database, ["TIDEMARK_STANDBY"] = options.Record.Id };
        await Hook.RunAsync("smoke-test", command, options.ProjectRoot, environment, new SecretMask(copy.Secrets), log, "nothing of the rehearsal is left", token);
    }
}
