using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Repositories;

namespace Tidemark.Restores;

/// <summary>Gets a database back from a dump without hurting anything.</summary>
/// <remarks>
/// 1. look at the server and plan; refuse what must be refused · 2. know that the dump is whole · 3. make the new database ·
/// 4. feed the dump, or the chosen part of it, classify every error · 5. compare rows · 6. hooks: migrations, smoke test · 7. leave it beside, or swap.
/// Until 7 the live database is not touched (in place and into an existing database: one transaction).
/// </remarks>
internal sealed class DumpRestoreRunner(PostgresBinaries binaries, RepositoryKeys keys, string stateFolder, TimeProvider clock)
{
    public async Task<RestorePlan> PlanAsync(RestoreOptions options, CancellationToken token)
    {
        if (options.Source.State == DumpState.Missing)
            throw new Fault(FaultCode.NotFound, "the file of this backup is gone; only its manifest is left") { Where = options.Source.Path, Next = "tidemark list" };
        await using var dump = await OpenDump.OpenAsync(options.Source, keys, token);
        var form = dump.Form;
        var now = clock.GetUtcNow();
        var dumpedBy = ServerVersion.Parse(options.Source.Manifest?.ClientVersion) ?? (form == StoredForm.Archive ? DumpMagic.ArchiveWriter(dump.Head) : null);
        var facts = await RestoreFacts.AskAsync(options, form, now, dumpedBy, binaries, token);
        var origin = options.Source.Database ?? (form == StoredForm.Archive ? DumpMagic.ArchiveDatabase(dump.Head) : null);
        var roles = options.RenamedRoles.Count > 0 && form == StoredForm.Archive ? new ArchiveRoles(options.NewNames) : null;
        var contents = form == StoredForm.Archive && (options.Part is not null || roles is not null) ? await ArchiveContents.ReadAsync(dump, roles, token) : null;
        var part = options.Part is not null && contents is not null ? PartPlanner.Plan(options.Source, options.Part, contents, options.Mode == RestoreMode.InPlace) : null;
        if (part is { Asked.Content: PartContent.DataOnly } && facts is { Target: not null, ChangesTemplate: false })
            facts = facts with { FilledTables = await FilledTables.FindAsync(options.Address.WithDatabase(facts.TargetName), part.Tables, token) };
        return RestorePlanner.Plan(options, form, origin, facts, now, part, options.CreateRoles ? await DumpedGlobals.ReadAsync(options.Source, keys, token) : default, roles);
    }

    public async Task<RestoreReport> RunAsync(RestoreOptions options, RestorePlan plan, string runId, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        if (plan.Refusals.Count > 0) throw plan.Refusals[0];
        await using var open = await OpenDump.OpenAsync(options.Source, keys, token);
        var dump = await DumpKnowledge.GainAsync(options.Source, plan.Form, open, binaries, clock, progress, token);
        if (plan.Part is { } part) dump = dump with { Rows = part.RowsOf(dump.Rows) };
        if (plan.TargetExists && plan.Form != StoredForm.Archive && dump.LargeObjects > 0) throw CommitsInTheMiddle(options, plan, dump);

        var roles = new NewRoles(options, plan);
        var created = await roles.CreateAsync(log, token);
        try
        {
            return await RestoreAsync(options, plan, runId, progress, log, open, dump, begun, token) with { CreatedRoles = created };
        }
        catch when (plan.CreatedRoles.Count > 0)
        {
            await roles.DropUnusedAsync();
            throw;
        }
    }

    private async Task<RestoreReport> RestoreAsync(RestoreOptions options, RestorePlan plan, string runId, IProgress<RestoreProgress> progress, Action<string> log, OpenDump open, DumpKnowledge dump, long begun, CancellationToken token)
    {
        var made = plan.TargetExists ? null : new NewDatabase(options, plan, stateFolder);
        if (made is not null) await made.CreateAsync(runId, token);
        using var list = plan.Part is null ? null : UseList.Write(plan.Part, clock);
        IReadOnlyList<ClassifiedError> errors;
        TimeSpan restoring;
        try
        {
            errors = await new DumpFeed(options, plan, open, dump, list).RunAsync(read => progress.Report(new RestoreProgress("restoring", read, options.Source.Size, "bytes")), token);
            restoring = clock.GetElapsedTime(begun);
            if (options.Check) await new RowCheck(options, plan).RunAsync(dump.Rows, progress, token);
        }
        catch (Exception failed) when (made is not null)
        {
            if (await made.TryDropAsync() || failed is not Fault fault) throw;
            throw new Fault(fault.Code, fault.What, fault) { Where = fault.Where, Why = fault.Why, Left = $"the half-filled database \"{plan.Target}\" could not be dropped; the next restore or undo does it", Next = fault.Next };
        }
        var refused = made is null ? [] : await made.FinishAsync(token);

        List<string> missing = [.. errors.Where(error => error.Class == ErrorClass.Missing).Select(error => error.ToString()), .. refused];
        if (missing.Count > 0 && plan.Mode == RestoreMode.Swap) throw Partly(options, plan, missing);
        var hooks = new RestoreHooks(options, plan, log);
        var (restored, migrated) = (clock.GetTimestamp(), 0L);
        try
        {
            await hooks.AfterRestoreAsync(token);
            migrated = clock.GetTimestamp();
            await hooks.SmokeTestAsync(token);
        }
        catch (OperationCanceledException stopped)
        {
            throw new Fault(FaultCode.Interrupted, "interrupted in a hook after the restore", stopped) { Left = $"database \"{plan.Target}\" holds what was restored{(plan.Mode == RestoreMode.Swap ? "; nothing was swapped" : "")}", Next = "look at it, or restore again" };
        }
        var times = new RestoreTimes(restoring, options.Hooks.AfterRestore is null ? null : clock.GetElapsedTime(restored, migrated), options.Hooks.SmokeTest is null ? null : clock.GetElapsedTime(migrated));
        var swap = plan.Mode == RestoreMode.Swap ? await new SwapStep(options, plan, new SwapJournal(stateFolder), clock).RunAsync(runId, hooks, token) : null;
        return new RestoreReport
        {
            Outcome = missing.Count > 0 ? RestoreOutcome.Partly : options.Check ? RestoreOutcome.Checked : RestoreOutcome.NotChecked,
            Source = options.Source,
            Database = plan.Mode == RestoreMode.Swap ? plan.Live! : plan.Target,
            Swap = swap,
            Part = plan.Part,
            Missing = missing,
            Benign = [.. errors.Where(error => error.Class == ErrorClass.Benign).Select(error => error.ToString())],
            Tables = dump.Rows.Count,
            Rows = dump.Rows.Sum(table => table.Rows),
            Duration = clock.GetElapsedTime(begun),
            Times = times,
        };
    }

    // pg_dump writes BEGIN and COMMIT around large objects into plain text: our transaction would end there.
    private static Fault CommitsInTheMiddle(RestoreOptions options, RestorePlan plan, DumpKnowledge dump) => new(FaultCode.Refused, "a plain SQL dump with large objects commits in the middle, so it cannot be restored into an existing database all or nothing")
    {
        Where = options.Source.Path,
        Why = $"it holds {dump.LargeObjects} large objects",
        Next = $"restore into a new database: leave out --to-database {ShellWord.Quote(plan.Target)}",
    };

    private static Fault Partly(RestoreOptions options, RestorePlan plan, IReadOnlyList<string> missing) => new(FaultCode.Partly, "the dump was restored only partly, so nothing was swapped")
    {
        Where = $"database \"{plan.Target}\"",
        Why = string.Join("; ", missing.Take(10)),
        Left = $"the restored database \"{plan.Target}\" stands beside the live one, which was not touched",
        Next = PartlyDone.Next(options, missing),
    };
}
