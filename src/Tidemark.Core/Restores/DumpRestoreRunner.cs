using System.Security.Cryptography;
using Npgsql;
using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Gets a database back from a dump without hurting anything.</summary>
/// <remarks>
/// 1. look at the server and plan; refuse what must be refused · 2. know that the dump is whole · 3. make the new database ·
/// 4. feed the dump, classify every error · 5. compare rows · 6. hooks: migrations, smoke test · 7. leave it beside, or swap.
/// Until 7 the live database is not touched (in place and into an existing database: one transaction).
/// </remarks>
internal sealed class DumpRestoreRunner(PostgresBinaries binaries, string stateFolder, TimeProvider clock)
{
    public async Task<RestorePlan> PlanAsync(RestoreOptions options, CancellationToken token)
    {
        if (options.Source.State == DumpState.Missing)
            throw new Fault(FaultCode.NotFound, "the file of this backup is gone; only its manifest is left") { Where = options.Source.Path, Next = "tidemark list" };
        var form = DumpMagic.Detect(options.Source.Path);
        if (options.Mode == RestoreMode.InPlace && form != StoredForm.Archive)
            throw new Fault(FaultCode.Refused, "a plain SQL dump cannot be restored in place: it does not know what to drop") { Where = options.Source.Path, Next = "use --swap: the same result, and the old database is kept" };
        var now = clock.GetUtcNow();
        var target = RestorePlanner.TargetOf(options, now);
        var dumpedBy = ServerVersion.Parse(options.Source.Manifest?.ClientVersion) ?? (form == StoredForm.Archive ? DumpMagic.ArchiveWriter(options.Source.Path) : null);
        var facts = await RestoreFacts.AskAsync(options, target, dumpedBy, binaries, token);
        return RestorePlanner.Plan(options, facts, target, now);
    }

    public async Task<RestoreReport> RunAsync(RestoreOptions options, RestorePlan plan, string runId, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        if (plan.Refusals.Count > 0) throw plan.Refusals[0];
        var contents = await KnowAsync(options, progress, token);
        RefuseForeignStatements(options, contents);
        var target = options.Address.WithDatabase(plan.Target);
        var record = plan.TargetExists ? null : await CreateAsync(options, plan, runId, token);
        IReadOnlyList<(RestoreError Error, ErrorClass Class, string Reason)> classified;
        IReadOnlyList<TableRows> expected = contents?.Tables ?? options.Source.Manifest!.Rows;
        try
        {
            classified = await FeedAsync(options, plan, target, progress, token);
            if (options.Check) await CompareAsync(options, plan, target, expected, progress, token);
        }
        catch (Exception) when (record is not null)
        {
            await DropAsync(options, record);
            throw;
        }
        if (record is not null) await FinishAsync(options, plan, record, token);

        var partly = classified.Any(error => error.Class == ErrorClass.Missing);
        if (partly && plan.Mode == RestoreMode.Swap)
            throw Partly(options, plan, classified);
        await HooksAsync(options, plan, target, log, token);
        var swap = plan.Mode == RestoreMode.Swap ? await SwapAsync(options, plan, runId, log, token) : null;
        return new RestoreReport
        {
            Outcome = partly ? RestoreOutcome.Partly : options.Check ? RestoreOutcome.Checked : RestoreOutcome.NotChecked,
            Source = options.Source,
            Database = plan.Mode == RestoreMode.Swap ? plan.Live! : plan.Target,
            Swap = swap,
            Missing = Told(classified, ErrorClass.Missing),
            Benign = Told(classified, ErrorClass.Benign),
            Tables = expected.Count,
            Rows = expected.Sum(table => table.Rows),
            Duration = clock.GetElapsedTime(begun),
        };
    }

    /// <summary>A dump with a full check in its manifest: its hash. Any other: read in full, which also counts its rows.</summary>
    private async Task<PlainDumpSummary?> KnowAsync(RestoreOptions options, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        var source = options.Source;
        if (source.Manifest is { Check: DumpManifest.FullCheck } manifest)
        {
            await using var file = File.OpenRead(source.Path);
            progress.Report(new RestoreProgress("comparing the dump's SHA-256", 0, source.Size, "bytes"));
            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token));
            return sha256 == manifest.Sha256 ? null : throw Damaged(source, [$"the bytes are not those that were stored: SHA-256 is {sha256}, the manifest says {manifest.Sha256}"]);
        }
        var reading = new Progress<DumpProgress>(at => progress.Report(new RestoreProgress("reading the dump in full", at.Stored, source.Size, "bytes")));
        var report = await new VerifyRunner(binaries, clock).RunAsync(source, reading, token);
        return report.Passed ? report.Contents : throw Damaged(source, report.Faults);
    }

    private static Fault Damaged(DumpEntry source, IReadOnlyList<string> faults) => new(FaultCode.Verification, "the dump is damaged")
    {
        Where = source.Path,
        Why = string.Join("; ", faults),
        Next = "restore another backup: tidemark list",
    };

    /// <summary>A script may say DROP DATABASE or \connect: replayed, it would leave the new database and act on others.</summary>
    private static void RefuseForeignStatements(RestoreOptions options, PlainDumpSummary? contents)
    {
        if (contents is null) return;
        if (contents.IsClusterDump || contents.Forbidden.Count > 0)
            throw new Fault(FaultCode.Refused, "the script would act outside of the database it is restored into")
            {
                Where = options.Source.Path,
                Why = contents.IsClusterDump ? "it is a dump of a whole cluster (pg_dumpall)" : string.Join("; ", contents.Forbidden.Take(5).Select(found => $"line {found.Line}: {found.Why}: {found.Text}")),
                Next = "dump again without --create, or look at the script and replay it by hand with psql",
            };
    }

    private async Task<RestoreRecord> CreateAsync(RestoreOptions options, RestorePlan plan, string runId, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        var system = await connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token);
        var record = new RestoreRecord(runId, system, plan.Target);
        var like = options.Source.Manifest?.DatabaseFacts ?? await DatabaseFactsReader.ReadAsync(connection, plan.Server, options.Address.Database, token);
        record.Write(stateFolder);
        try
        {
            await connection.ExecuteAsync(DatabaseCreation.Statement(plan.Target, like, plan.Server), token);
            await connection.ExecuteAsync($"comment on database {SqlText.Identifier(plan.Target)} is {SqlText.Literal(record.Marker)}", token);
            return record;
        }
        catch (PostgresException refused)
        {
            record.Remove(stateFolder);
            throw new Fault(refused.SqlState == PostgresErrorCodes.DiskFull ? FaultCode.DiskFull : FaultCode.Failed, $"database \"{plan.Target}\" could not be made", refused)
            {
                Where = options.Address.ToString(),
                Why = refused.MessageText,
                Next = refused.MessageText.Contains("locale", StringComparison.Ordinal) ? $"install the locale on the server, or create a database yourself and use --to-database" : "mend the cause above, then restore again",
            };
        }
    }

    private static async Task<IReadOnlyList<(RestoreError, ErrorClass Class, string Reason)>> FeedAsync(RestoreOptions options, RestorePlan plan, DatabaseAddress target, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        var form = DumpMagic.Detect(options.Source.Path);
        var result = await new DumpFeed(plan, options, form).RunAsync(target, read => progress.Report(new RestoreProgress("restoring", read, options.Source.Size, "bytes")), token);
        var classified = result.Errors.Select(error => (error, error.Classify(options.NoOwner).Class, error.Classify(options.NoOwner).Reason)).ToList();
        var failed = result.Broken is not null || (result.ExitCode != 0 && (plan.TargetExists || result.ErrorCount == 0));
        if (!failed && classified.All(error => error.Class != ErrorClass.Data)) return classified;
        var data = classified.FirstOrDefault(error => error.Class == ErrorClass.Data).error ?? classified.FirstOrDefault(error => error.Class != ErrorClass.Benign).error;
        throw new Fault(result.LastWords.Contains("No space left on device", StringComparison.Ordinal) ? FaultCode.DiskFull : FaultCode.Failed, data is null ? "the restore broke off" : "the restore met an error that it must not go past")
        {
            Where = $"database \"{plan.Target}\"",
            Why = data is null ? result.Broken ?? result.LastWords : $"{data.Message}{(data.Statement is null ? "" : $" (in: {data.Statement})")}",
            Left = plan.TargetExists ? "the target is as it was: the transaction was rolled back" : "the new database was dropped again; no other was touched",
            Next = "mend the cause above, then restore again",
        };
    }

    private static async Task CompareAsync(RestoreOptions options, RestorePlan plan, DatabaseAddress target, IReadOnlyList<TableRows> expected, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(target, token);
        var differences = await RowCheck.CompareAsync(connection, expected, done => progress.Report(new RestoreProgress("comparing rows", done, expected.Count, "tables")), token);
        if (differences.Count == 0) return;
        throw new Fault(plan.TargetExists ? FaultCode.TargetChanged : FaultCode.Verification, "the restored tables do not have the rows of the dump")
        {
            Where = $"database \"{plan.Target}\"",
            Why = string.Join("; ", differences.Take(10)) + (differences.Count > 10 ? $"; and {differences.Count - 10} more" : ""),
            Left = plan.TargetExists ? $"database \"{plan.Target}\" holds what was restored" : "the new database was dropped again; no other was touched",
            Next = options.Mode == RestoreMode.Into && plan.TargetExists ? "restore into a new database instead" : "tidemark verify, then restore another backup",
        };
    }

    /// <summary>The rows are in: the database gets its properties, and is no longer one that a later start would sweep.</summary>
    private async Task FinishAsync(RestoreOptions options, RestorePlan plan, RestoreRecord record, CancellationToken token)
    {
        await using (var connection = await MaintenanceConnection.OpenAsync(options.Address, token))
        {
            var roles = (await connection.ColumnAsync("select rolname::text from pg_roles", token)).ToHashSet(StringComparer.Ordinal);
            await connection.ExecuteAsync($"comment on database {SqlText.Identifier(plan.Target)} is null", token);
            if (options.Source.Manifest?.DatabaseFacts is { } facts && !options.NoOwner)
                foreach (var statement in DatabaseProperties.Statements(plan.Target, facts with { Settings = [.. facts.Settings.Where(NotEnvironment)] }, roles))
                    await connection.ExecuteAsync(statement, token);
        }
        record.Remove(stateFolder);
    }

    // A copy beside the live database is not production; in a swap the live one's settings are carried over anyway.
    private static bool NotEnvironment(DatabaseSetting setting) => !setting.Name.Equals("tidemark.environment", StringComparison.OrdinalIgnoreCase);

    private async Task DropAsync(RestoreOptions options, RestoreRecord record)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, CancellationToken.None);
        await connection.ExecuteAsync($"drop database if exists {SqlText.Identifier(record.Database)} with (force)", CancellationToken.None);
        record.Remove(stateFolder);
    }

    private static async Task HooksAsync(RestoreOptions options, RestorePlan plan, DatabaseAddress target, Action<string> log, CancellationToken token)
    {
        var left = plan.TargetExists ? $"database \"{plan.Target}\" holds what was restored" : $"the restored database \"{plan.Target}\" stands beside the others; the live one was not touched";
        if (options.Hooks.AfterRestore is { } migrate) await Hook.RunAsync("after-restore", migrate, Environment(options, target), log, left, token);
        if (options.Hooks.SmokeTest is { } smoke) await Hook.RunAsync("smoke-test", smoke, Environment(options, target), log, left, token);
        if (plan.Mode == RestoreMode.Swap && options.Hooks.BeforeSwap is { } stop) await Hook.RunAsync("before-swap", stop, Environment(options, target), log, left, token);
    }

    private static Dictionary<string, string> Environment(RestoreOptions options, DatabaseAddress database) => new()
    {
        ["DATABASE_URL"] = database.ToUrl(),
        ["TIDEMARK_DATABASE"] = database.Database,
        ["TIDEMARK_BACKUP_ID"] = options.Source.Id,
    };

    private async Task<SwapRecord?> SwapAsync(RestoreOptions options, RestorePlan plan, string runId, Action<string> log, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        var restored = await DatabaseFactsReader.ReadAsync(connection, plan.Server, plan.Target, token) ?? throw new InvalidOperationException("the restored database vanished");
        var live = await DatabaseFactsReader.ReadAsync(connection, plan.Server, plan.Live!, token);
        await AnalyzeAsync(options.Address.WithDatabase(plan.Target), token);
        SwapRecord? swap = null;
        if (live is null)
            await connection.ExecuteAsync($"alter database {SqlText.Identifier(plan.Target)} rename to {SqlText.Identifier(plan.Live!)}", token);
        else
            swap = await new DatabaseSwap(options.Address, new SwapJournal(stateFolder)).RunAsync(new SwapRecord
            {
                Id = runId,
                Phase = SwapPhase.Prepared,
                At = clock.GetUtcNow(),
                Server = options.Address.Places[0].ToString(),
                SystemIdentifier = await connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token),
                Database = plan.Live!,
                OldOid = live.Oid,
                Kept = plan.Kept!,
                OldAllowedConnections = live.AllowsConnections,
                NewOid = restored.Oid,
                NewName = plan.Target,
                BackupId = options.Source.Id,
                RecoveryPoint = options.Source.Manifest?.RecoveryPoint,
            }, live, token);
        if (options.Hooks.AfterSwap is { } start)
            try
            {
                await Hook.RunAsync("after-swap", start, Environment(options, options.Address.WithDatabase(plan.Live!)), log, "", token);
            }
            catch (Fault failed)
            {
                throw new Fault(FaultCode.TargetChanged, failed.What, failed) { Where = failed.Where, Why = failed.Why, Left = $"the swap is done: \"{plan.Live}\" is the restored database{(swap is null ? "" : $", the old one is kept as \"{swap.Kept}\"")}", Next = "run the command by hand, or: tidemark undo" };
            }
        return swap;
    }

    /// <summary>A fresh database has no statistics; without them the first hour in production would run on guesses.</summary>
    private static async Task AnalyzeAsync(DatabaseAddress target, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(target, token);
        await connection.ExecuteAsync("analyze", token);
    }

    private static Fault Partly(RestoreOptions options, RestorePlan plan, IReadOnlyList<(RestoreError, ErrorClass, string)> classified) => new(FaultCode.Partly, "the dump was restored only partly, so nothing was swapped")
    {
        Where = $"database \"{plan.Target}\"",
        Why = string.Join("; ", Told(classified, ErrorClass.Missing).Take(10)),
        Left = $"the restored database \"{plan.Target}\" stands beside the live one, which was not touched",
        Next = $"look at it; when it will do: tidemark restore {ShellWord.Quote(options.Source.Id)} --swap --no-owner, or mend what is named above and restore again",
    };

    private static IReadOnlyList<string> Told(IReadOnlyList<(RestoreError Error, ErrorClass Class, string Reason)> classified, ErrorClass wanted) =>
        [.. classified.Where(error => error.Class == wanted).Select(error => $"{error.Reason}: {error.Error.Message}{(error.Error.Statement is null ? "" : $" (in: {error.Error.Statement})")}")];
}
