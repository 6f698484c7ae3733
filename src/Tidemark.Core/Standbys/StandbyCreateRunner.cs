using Npgsql;
using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>Makes a standby. Killed at any moment, the same command takes it up again, and <see cref="StandbyDropRunner"/> removes what is there.</summary>
internal sealed class StandbyCreateRunner(PostgresBinaries binaries, StandbyBook book, TimeProvider clock)
{
    public async Task<StandbyPlan> PlanAsync(StandbyOptions options, CancellationToken token)
    {
        await using var primary = await DatabaseConnection.OpenAsync(options.Sides.Primary, token);
        return (await LookAsync(options, primary, token)).Plan;
    }

    /// <param name="options">What was asked for.</param>
    /// <param name="progress">How far it is.</param>
    /// <param name="log">Told each step.</param>
    /// <param name="token">Stops it; what was made stays, and is taken up by the next create.</param>
    public async Task<StandbyRecord> RunAsync(StandbyOptions options, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        using var single = book.Lock(options.Name, clock);
        await using var primary = await DatabaseConnection.OpenAsync(options.Sides.Primary, token);
        var (plan, facts, target) = await LookAsync(options, primary, token);
        Refuse(plan);
        foreach (var warning in plan.Warnings) log($"warning: {warning}");
        foreach (var gap in plan.Gaps) log($"does not travel: {gap}");

        // 1. What will be made is noted before it is made.
        var record = book.Find(options.Name) ?? new StandbyRecord(options.Name)
        {
            Source = options.Sides.Primary.ToOpenUrl(),
            Target = options.Target,
            SourceSeen = options.SourceSeen,
            Phase = StandbyPhase.Preparing,
            At = clock.GetUtcNow(),
            MadeDatabase = !target.HasDatabase,
            MadeRoles = options.CreateRoles ? plan.MissingRoles : [],
            TargetSystem = target.System,
            Gaps = plan.Gaps,
            Objective = options.Objective.ToString(),
            SlotLimit = options.SlotLimit,
            GivesUp = options.GivesUp,
        };
        book.Write(record);

        // 2. The standby's roles and database, 3. its schema.
        await MakeRolesAsync(options, plan, facts, target, log, token);
        await MakeDatabaseAsync(options, primary, new ServerVersion(target.Version), token);
        await using var standby = await DatabaseConnection.OpenAsync(options.Sides.Standby, token);
        using var schema = record.Phase < StandbyPhase.Streaming ? await SchemaCopy.TakeAsync(options.Sides, primary, new ServerVersion(target.Version), binaries, clock, token) : null;
        if (record.Phase == StandbyPhase.Preparing && await RestoreFacts.IsEmptyAsync(options.Sides.Standby, token))
        {
            log("tables and keys on the standby");
            await schema!.LayAsync(token);
        }

        // 4. Publication and slot, 5. the subscription and the rows.
        book.Write(record = record with { Phase = record.Phase < StandbyPhase.Copying ? StandbyPhase.Copying : record.Phase });
        if (record.Phase == StandbyPhase.Copying) record = await CopyAsync(record, options.Sides, facts, primary, standby, progress, log, token);

        // 6. What is faster made when the rows are there.
        if (record.Phase == StandbyPhase.Indexing)
        {
            log("indexes, foreign keys and triggers on the standby");
            progress.Report(new RestoreProgress("indexes, foreign keys and triggers", 0, 1, "parts"));
            await schema!.FinishAsync(token);
        }

        // 7. What replication does not carry.
        var sequences = await SequenceSync.RunAsync(primary, standby, token);
        log($"{sequences.All} sequences are ahead of the primary's");
        book.Write(record = record with { Phase = StandbyPhase.Streaming });
        return record;
    }

    private async Task<StandbyRecord> CopyAsync(StandbyRecord record, StandbySides sides, PrimaryFacts facts, NpgsqlConnection primary, NpgsqlConnection standby, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var (ours, theirs) = (new PrimarySide(record, primary), new StandbySide(record, standby));
        await ours.PublishAsync([.. facts.Tables.Select(table => table.Name)], token);
        await ours.BeatAsync(token);
        await ours.MakeSlotAsync(log, token);
        await theirs.SubscribeAsync(sides.Seen, token);
        book.Write(record = record with { SubscriptionOid = await theirs.OidAsync(token) });
        log($"publication, slot and subscription {record.Object}; the rows of {facts.Tables.Count} tables are being copied");
        await new CopyWatch(record, standby, clock).WaitAsync(facts.Tables.Sum(table => table.Bytes), progress, token);
        book.Write(record = record with { Phase = StandbyPhase.Indexing });
        return record;
    }

    private async Task<(StandbyPlan Plan, PrimaryFacts Primary, TargetFacts Target)> LookAsync(StandbyOptions options, NpgsqlConnection primary, CancellationToken token)
    {
        var begun = book.Find(options.Name);
        if (begun is not null) RefuseOther(begun, options);
        var (facts, target) = (await PrimaryFacts.ReadAsync(primary, token), await TargetFacts.ReadAsync(options.Sides.Standby, token));
        var plan = StandbyPlan.Of(options, facts, target, begun);
        if (facts.Identity == target.Identity || await UnreachedAsync(options.Sides, target, token) is not { } why) return (plan, facts, target);
        var cannot = Obstacle.OnStandby($"it cannot reach the primary as {options.Sides.Seen}: {why}", "say how it does: --source-url env:PRIMARY_URL; and see that pg_hba.conf lets it in");
        return (plan with { Obstacles = [.. plan.Obstacles, cannot] }, facts, target);
    }

    private static async Task<string?> UnreachedAsync(StandbySides sides, TargetFacts target, CancellationToken token)
    {
        // Only a superuser can keep the trial, with the password in it, out of the server's log. Others learn it when they subscribe.
        if (!target.Superuser) return null;
        await using var connection = target.HasDatabase ? await DatabaseConnection.OpenAsync(sides.Standby, token) : await MaintenanceConnection.OpenAsync(sides.Standby, token);
        return await StandbySide.TryReachAsync(connection, sides.Seen, token);
    }

    private static void Refuse(StandbyPlan plan)
    {
        if (plan.Obstacles.Count == 0) return;
        throw new Fault(FaultCode.Refused, plan.Obstacles.Count == 1 ? "one thing is in the way of the standby" : $"{plan.Obstacles.Count} things are in the way of the standby")
        {
            Where = plan.Standby,
            Why = string.Join(Environment.NewLine, plan.Obstacles.Select(obstacle => $"- {obstacle}")),
            Next = $"mend them, then: tidemark standby create {plan.Name} … --dry-run",
        };
    }

    private static void RefuseOther(StandbyRecord begun, StandbyOptions options)
    {
        if (begun.Phase is StandbyPhase.Streaming or StandbyPhase.Promoting or StandbyPhase.Promoted or StandbyPhase.Dropping)
            throw new Fault(FaultCode.Refused, $"there is a standby \"{begun.Id}\" already; it is {begun.Phase.ToString().ToLowerInvariant()}") { Where = begun.Target, Next = $"tidemark standby status {begun.Id}; or tidemark standby drop {begun.Id}" };
        if (begun.Source != options.Sides.Primary.ToOpenUrl() || begun.Target != options.Target)
            throw new Fault(FaultCode.Refused, $"a standby \"{begun.Id}\" was begun with other databases") { Where = $"from {begun.Source} to {begun.Target}", Next = $"take it up with the same --target, or: tidemark standby drop {begun.Id}" };
    }

    private async Task MakeRolesAsync(StandbyOptions options, StandbyPlan plan, PrimaryFacts facts, TargetFacts target, Action<string> log, CancellationToken token)
    {
        if (!options.CreateRoles || plan.MissingRoles.Count == 0) return;
        var tools = (await binaries.ChooseForDumpAsync(new ServerVersion(facts.Version), token)).Tools;
        var globals = await GlobalsDump.ReadAsync(tools, options.Sides.Primary, facts.Superuser, token);
        var known = globals.ExitCode == 0 ? GlobalRoles.Read(System.Text.Encoding.UTF8.GetBytes(globals.Output)) : null;
        await NewRoles.CreateAsync(options.Sides.Standby, NewRole.Plan(plan.MissingRoles, known, target.Roles.ToHashSet(StringComparer.Ordinal), new ServerVersion(target.Version)), log, token);
    }

    private static async Task MakeDatabaseAsync(StandbyOptions options, NpgsqlConnection primary, ServerVersion target, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Sides.Standby, token);
        if ((await connection.DatabaseNamesAsync(token)).Contains(options.Sides.Standby.Database)) return;
        var like = await DatabaseFactsReader.ReadAsync(primary, DatabaseConnection.Version(primary), options.Sides.Primary.Database, token);
        await connection.ExecuteAsync(DatabaseCreation.Statement(options.Sides.Standby.Database, like, target), token);
    }
}
