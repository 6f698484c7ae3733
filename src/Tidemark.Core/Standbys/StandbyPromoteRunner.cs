using Npgsql;
using Tidemark.Drills;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>Makes a standby the database that applications use.</summary>
/// <remarks>Killed before the subscription is removed, it is still a standby; after that, the same command does the rest.</remarks>
internal sealed class StandbyPromoteRunner(StandbyBook book, StandbyReader reader, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1), DrainPatience = TimeSpan.FromSeconds(30);

    public async Task<PromotionPlan> PlanAsync(PromoteOptions options, CancellationToken token)
    {
        if (options.Record.Phase is not (StandbyPhase.Streaming or StandbyPhase.Promoting))
            throw new Fault(FaultCode.Refused, $"standby \"{options.Record.Id}\" cannot be promoted: it is {options.Record.Phase.ToString().ToLowerInvariant()}") { Next = $"tidemark standby status {options.Record.Id}" };
        var report = await reader.ReadAsync(options.Record, options.Sides, TimeSpan.FromSeconds(2), whole: true, token);
        await using var primary = await TryOpenAsync(options.Sides.Primary, token);
        await using var standby = await DatabaseConnection.OpenAsync(options.Sides.Standby, token);
        var (asked, address) = primary is null ? (standby, options.Sides.Standby) : (primary, options.Sides.Primary);
        var said = await ProductionGuard.ServerSaysAsync(asked, address, [address.Database], token);
        var guard = ProductionGuard.Judge(options.Sides.Primary.Database, options.ProductionSaidBy, said, options.Force, options.Confirm);
        return PromotionPlan.Of(options, report, primary is not null, guard.Verdict, guard.Refusal);
    }

    /// <param name="options">How.</param>
    /// <param name="runId">Of the report.</param>
    /// <param name="log">Told each step.</param>
    /// <param name="token">Cancels, until the subscription is removed.</param>
    public async Task<DrillReport> RunAsync(PromoteOptions options, string runId, Action<string> log, CancellationToken token)
    {
        using var single = book.Lock(options.Record.Id, clock);
        var course = new PromotionCourse(options, runId, clock);
        var plan = await course.PhaseAsync("look", () => PlanAsync(options, token));
        if (plan.Refusal is not null) throw plan.Refusal;
        foreach (var warning in plan.Warnings) log($"warning: {warning}");
        var record = options.Record with { Phase = StandbyPhase.Promoting };

        await using var primary = await TryOpenAsync(options.Sides.Primary, token);
        await using var standby = await DatabaseConnection.OpenAsync(options.Sides.Standby, token);
        await course.PhaseAsync("before-swap hook", () => HookAsync(options, "before-swap", options.Hooks.BeforeSwap, options.Sides.Primary, "nothing was promoted", log, token));
        book.Write(record);
        if (await new StandbySide(record, standby).OidAsync(token) is not null)
            try
            {
                await CatchUpAsync(record, options, course, primary, standby, log, token);
            }
            catch
            {
                // Not promoted: the primary goes on, and so does the standby.
                if (primary is not null && options.Fence) await new Fence(primary, options.Sides.Primary.Database, clock).OpenAsync(CancellationToken.None);
                book.Write(options.Record with { Phase = StandbyPhase.Streaming });
                throw;
            }

        // From here on it is done whatever happens: what fails can be done again.
        await course.PhaseAsync("take over", () => TakeOverAsync(record, course, primary, standby, log));
        book.Write(record with { Phase = StandbyPhase.Promoted });
        log($"promoted: {options.Sides.Standby.ToOpenUrl()}");
        await course.PhaseAsync("after-swap hook", () => HookAsync(options, "after-swap", options.Hooks.AfterSwap, options.Sides.Standby, "the standby is promoted, and is the database to use", log, token));
        var reason = $"standby {record.Id} was promoted{(course.Reached is null ? " without its primary" : $" with all up to {course.Reached}")}; lost is {plan.Loss}";
        return course.Report(reason, "promoted", plan.Warnings, await standby.ScalarAsync<long>("select pg_database_size(current_database())", CancellationToken.None), DatabaseConnection.Version(standby));
    }

    private async Task CatchUpAsync(StandbyRecord record, PromoteOptions options, PromotionCourse course, NpgsqlConnection? primary, NpgsqlConnection standby, Action<string> log, CancellationToken token)
    {
        if (primary is null)
        {
            await course.PhaseAsync("drain", () => DrainAsync(record, standby, token));
            course.Lost(await SubscriptionLook.BeatAsync(record, standby, token));
            return;
        }
        if (options.Fence)
        {
            await course.PhaseAsync("fence", () => new Fence(primary, options.Sides.Primary.Database, clock).CloseAsync(token));
            log("the primary takes no more writes");
        }
        var travel = await course.PhaseAsync("catch up", () => reader.TravelAsync(record, primary, standby, options.Patience, token));
        if (travel is null)
            throw new Fault(FaultCode.Failed, $"the standby has not caught up within {Ages.InWords(options.Patience)}") { Where = options.Sides.Standby.ToString(), Left = "nothing was promoted; the primary takes writes again, where it was fenced", Next = $"tidemark standby status {record.Id}; then promote again, with a longer --wait" };
        course.CaughtUp(await SubscriptionLook.BeatAsync(record, standby, token), await primary.ScalarAsync<string>("select pg_current_wal_lsn()::text", token));
        log($"caught up to {course.Reached}");
        if (options.Fence) await course.PhaseAsync("count rows", () => CountAsync(course, primary, standby, token));
    }

    /// <summary>What the standby has received before the primary was lost is applied.</summary>
    private async Task DrainAsync(StandbyRecord record, NpgsqlConnection standby, CancellationToken token)
    {
        var sql = $"select coalesce((select received_lsn::text from pg_stat_subscription where subname = {SqlText.Literal(record.Object)} and relid is null and pid is not null), '')";
        var (begun, since, last) = (clock.GetTimestamp(), clock.GetTimestamp(), await standby.ScalarAsync<string>(sql, token));
        while (last.Length > 0 && clock.GetElapsedTime(since) < Quiet && clock.GetElapsedTime(begun) < DrainPatience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, token);
            if (await standby.ScalarAsync<string>(sql, token) is var now && now != last) (last, since) = (now, clock.GetTimestamp());
        }
    }

    private static async Task CountAsync(PromotionCourse course, NpgsqlConnection primary, NpgsqlConnection standby, CancellationToken token)
    {
        foreach (var table in (await PrimaryFacts.ReadAsync(primary, token)).Tables.Select(table => table.Name))
        {
            var here = await primary.ScalarAsync<long>($"select count(*) from {table}", token);
            var there = await standby.ScalarAsync<bool>($"select to_regclass({SqlText.Literal(table)}) is not null", token) ? await standby.ScalarAsync<long>($"select count(*) from {table}", token) : (long?)null;
            course.Counted(table, here, there);
        }
        // A standby that lacks rows is none to change to while the primary stands and is fenced.
        if (course.Missing is { } missing) throw new Fault(FaultCode.Verification, "the standby does not hold all rows") { Why = missing, Left = "nothing was promoted; the primary takes writes again", Next = $"tidemark standby status {course.Name}" };
    }

    private async Task TakeOverAsync(StandbyRecord record, PromotionCourse course, NpgsqlConnection? primary, NpgsqlConnection standby, Action<string> log)
    {
        await new StandbySide(record, standby).RemoveAsync(CancellationToken.None);
        if (primary is not null) await SequenceSync.RunAsync(primary, standby, CancellationToken.None);
        var owned = await SequenceSync.PastRowsAsync(standby, CancellationToken.None);
        log($"the sequences are past the last values ({owned} of them by their columns)");
        foreach (var refused in await MaterializedViews.RefreshAsync(standby, CancellationToken.None)) course.Remark("materialized view", refused);
        await PrimarySide.DropBeatsAsync(standby, record.Id, CancellationToken.None);
        if (primary is not null) await new PrimarySide(record, primary).RemoveAsync(whole: true, clock, CancellationToken.None);
    }

    private static async Task HookAsync(PromoteOptions options, string name, string? command, DatabaseAddress database, string left, Action<string> log, CancellationToken token)
    {
        if (command is null) return;
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = database.ToUrl(), ["TIDEMARK_DATABASE"] = database.Database, ["TIDEMARK_STANDBY"] = options.Record.Id };
        await Hook.RunAsync(name, command, options.ProjectRoot, environment, new SecretMask([.. options.Sides.Primary.Secrets, .. options.Sides.Standby.Secrets]), log, left, token);
    }

    /// <summary>Null: it does not answer.</summary>
    private static async Task<NpgsqlConnection?> TryOpenAsync(DatabaseAddress address, CancellationToken token)
    {
        try
        {
            return await DatabaseConnection.OpenAsync(address, token);
        }
        catch (Fault away) when (away.Code == FaultCode.Unreachable || away.Code == FaultCode.NoSuchDatabase)
        {
            return null;
        }
    }
}
