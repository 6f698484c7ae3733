using Npgsql;
using Tidemark.BaseBackups;
using Tidemark.Drills.Checks;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Restores.Bases;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Drills.Bases;

/// <summary>Rehearses the restore of a whole server to a moment, and measures it.</summary>
/// <remarks>
/// 1. which moment, which backup leads to it · 2. a folder, with its note · 3. the restore that people use: every piece is checked by its hash ·
/// 4. the server, privately: it recovers up to the moment and goes on by itself · 5. look at every database · 6. the user's questions and hooks · 7. measure · 8. remove everything.
/// </remarks>
/// <param name="stores">The first that leads to the moment serves.</param>
/// <param name="keys">Open what is sealed.</param>
/// <param name="writers">Whose backups are believed.</param>
/// <param name="binaries">The server's programs.</param>
/// <param name="stateFolder">For the note.</param>
/// <param name="chance">From 0 to below 1.</param>
/// <param name="clock">Times it.</param>
internal sealed class BaseDrillRunner(IReadOnlyList<IObjectStore> stores, RepositoryKeys keys, KnownWriters writers, PostgresBinaries binaries, string stateFolder, Func<double> chance, TimeProvider clock)
{
    private const string RestoredFiles = "restored files", Target = "recovery target", PlanPhase = "plan";

    /// <summary>A moment just behind a backup may be held by none: its last commits came while it ended.</summary>
    private const int MostPicks = 5;

    /// <param name="request">What.</param>
    /// <param name="runId">Of the run.</param>
    /// <param name="at">Told of each phase when it begins.</param>
    /// <param name="progress">Within the longer ones.</param>
    /// <param name="log">What hooks print, and what a person should know.</param>
    /// <param name="token">Cancels; then there is no report, and nothing is left all the same.</param>
    /// <returns>Beside the report what was restored; null: it did not come so far.</returns>
    public async Task<(DrillReport Report, DrilledServer? Drilled)> RunAsync(BaseDrillRequest request, string runId, Action<string> at, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var course = new DrillCourse(clock, at);
        var (report, note) = (Empty(request, runId), new DrillNote(runId));
        ScratchServer? server = null;
        DrilledServer? drilled = null;
        try
        {
            var (facts, plan, picked) = await course.TimeAsync(PlanPhase, () => PlanAsync(request, log, token));
            report = report with { Subject = SubjectOf(plan, picked) };
            drilled = new DrilledServer(new BaseStore(facts.Store, new BaseKeys(facts.Folder), keys), plan);
            server = await course.TimeAsync(RestorePhase.Server, () => ScratchServer.PrepareAsync(binaries, MajorOf(plan), clock, folder => (note with { Folder = folder }).Write(stateFolder), token));
            report = report with { Environment = new DrillEnvironment { Server = "a private server of the programs on this machine, reached by a socket", ServerVersion = server.Version.ToString() } };
            report = await RestoredAsync(report, request, plan, server, course, progress, log, token);
            report = report.Judged(course);
        }
        catch (Exception broken) when (broken is Fault or NpgsqlException or IOException && !token.IsCancellationRequested)
        {
            report = report.BrokenBy(broken, course);
        }
        finally
        {
            if (server is not null) await server.DisposeAsync();
            note.Remove(stateFolder);
        }
        return (report.Ended(course, clock.GetUtcNow()), drilled);
    }

    private async Task<(RecoveryFacts Facts, RecoveryPlan Plan, string Picked)> PlanAsync(BaseDrillRequest request, Action<string> log, CancellationToken token)
    {
        var restores = Restores(log);
        if (request.Target is { } asked)
        {
            var (all, straight) = await restores.PlanAsync(OptionsOf(request, asked, "/"), token);
            return (all, straight, $"as asked for: {asked.Text}");
        }
        var (facts, toTheEnd) = await restores.PlanAsync(OptionsOf(request, new RecoveryTarget.End(), "/"), token);
        using var encoding = new WalEncoding(keys);
        var reachable = await ReachableTime.ReadAsync(RecoveryRoads.Of(facts, request.Backup, null), new RoadSearch(facts, encoding), clock.GetUtcNow(), token);
        if (reachable.Count == 0) return (facts, toTheEnd, "the end of what is stored: nothing was committed behind the backup");
        var words = $"a random moment of {string.Join(", and ", reachable.Select(one => $"{RecoveryTarget.Told(one.From)} to {RecoveryTarget.Told(one.To)}"))}";
        for (var pick = 1; ; pick++)
            try
            {
                var (all, picked) = await restores.PlanAsync(OptionsOf(request, new RecoveryTarget.Moment(ReachableTime.Pick(reachable, chance())), "/"), token);
                return (all, picked, words);
            }
            catch (Fault unreachable) when (unreachable.Code == FaultCode.NotFound && pick < MostPicks)
            {
                log($"another moment is picked: {unreachable.InOneLine}");
            }
    }

    private async Task<DrillReport> RestoredAsync(DrillReport report, BaseDrillRequest request, RecoveryPlan plan, ScratchServer server, DrillCourse course, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var writing = new Progress<BaseRestoreProgress>(now => progress.Report(new RestoreProgress("restoring", now.Files, now.AllFiles, "bytes")));
        var options = OptionsOf(request, plan.Target, server.DataFolder) with
        {
            Backup = plan.Road.Base.Id,
            Tablespaces = [.. plan.Road.Manifest.Tablespaces.Where(space => space.Path is not null).Select(space => new MovedTablespace($"{space.Oid}", server.BesideData($"space-{space.Oid}")))],
        };
        var restored = (await course.TimeAsync(RestorePhase.Restore, () => Restores(log).RunAsync(options, null, writing, token), done => done.Report.Bytes)).Report;
        course.Add(DrillCheck.Passed(RestoredFiles, "every piece has its hash", $"{restored.Files} files, {restored.Bytes} bytes"));
        await course.TimeAsync(RestorePhase.Recover, async () =>
        {
            try
            {
                await server.RecoverAsync(token);
            }
            catch (Fault ended) when (ended.Why?.Contains("could not access file", StringComparison.Ordinal) == true)
            {
                // shared_preload_libraries: what this machine lacks is no fault of the backup.
                throw new Fault(FaultCode.Configuration, "this machine lacks a library that the restored server loads", ended) { Why = ended.Why, Next = "install the extension here, then drill again" };
            }
            return plan.WalBytes;
        }, replayed => replayed);
        var address = server.Address(request.Known?.Database ?? "postgres").With("user", request.Known?.User ?? "postgres");
        await LookAsync(request, plan, address, server.Version, course, token);
        report = report with { Measured = await DrillMeasures.OfHeartbeatAsync(address, request.Heartbeat, report.Subject.RecoveryPoint, token) };
        if (course.FirstFailed is not null) return report;
        await HookAsync(course, RestorePhase.AfterRestore, "after-restore", request.Hooks.AfterRestore, request, address, log, token);
        await HookAsync(course, RestorePhase.SmokeTest, "smoke-test", request.Hooks.SmokeTest, request, address, log, token);
        return report with { Measured = report.Measured with { RtoSeconds = DrillMeasures.RtoOf(course.Phases) } };
    }

    private static async Task LookAsync(BaseDrillRequest request, RecoveryPlan plan, DatabaseAddress address, ServerVersion version, DrillCourse course, CancellationToken token)
    {
        await course.CheckAsync("target", address, connection => TargetAsync(connection, plan, token), token);
        var sizes = new List<(string Database, long Bytes)>();
        await using (var connection = await DatabaseConnection.OpenAsync(address, token))
            foreach (var database in await connection.ColumnAsync("select datname::text from pg_database where datallowconn and not datistemplate order by 1", token))
                sizes.Add((database, await connection.ScalarAsync<long>($"select pg_database_size({SqlText.Literal(database)})", token)));
        foreach (var (database, bytes) in sizes)
        {
            await course.CheckAsync($"amcheck of \"{database}\"", address.WithDatabase(database), async connection => Of(database, await StructureCheck.RunAsync(connection, version, token)), token, bytes);
            await course.CheckAsync($"counts by index of \"{database}\"", address.WithDatabase(database), async connection => Of(database, await IndexCountCheck.RunAsync(connection, token)), token, bytes);
        }
        foreach (var assertion in request.Assertions) await course.CheckAsync($"assertion \"{assertion.Name}\"", address, connection => AssertionCheck.RunAsync(connection, assertion, token), token);
    }

    private static DrillCheck Of(string database, DrillCheck check) => check with { Name = $"{check.Name} of \"{database}\"" };

    /// <summary>Nothing that was committed later has come with it.</summary>
    private static async Task<DrillCheck> TargetAsync(NpgsqlConnection connection, RecoveryPlan plan, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select pg_last_xact_replay_timestamp()", connection);
        var last = await command.ExecuteScalarAsync(token) is DateTime time ? new DateTimeOffset(time.ToUniversalTime()) : (DateTimeOffset?)null;
        var (asked, got) = ($"no later than {plan.Target.Text}", last is { } commit ? $"last commit {RecoveryTarget.Told(commit)}" : "no commit was replayed");
        return plan.Target is RecoveryTarget.Moment { Time: var moment } && last > moment ? DrillCheck.Failed(Target, asked, got, $"{got}, which is later than {plan.Target.Text}") : DrillCheck.Passed(Target, asked, got);
    }

    private static async Task HookAsync(DrillCourse course, string phase, string name, string? command, BaseDrillRequest request, DatabaseAddress address, Action<string> log, CancellationToken token)
    {
        if (command is null) return;
        await course.TimeAsync(phase, async () =>
        {
            await Hook.RunAsync(name, command, request.ProjectRoot, new Dictionary<string, string> { ["DATABASE_URL"] = address.ToUrl(), ["TIDEMARK_DATABASE"] = address.Database }, new SecretMask([]), log, "nothing of the drill is left", token);
            return true;
        });
        course.Add(DrillCheck.Passed(phase, "exit code 0", "exit code 0"));
    }

    private BaseRestoreRunner Restores(Action<string> log) => new(stores, keys, writers, clock, log);

    private static BaseRestoreOptions OptionsOf(BaseDrillRequest request, RecoveryTarget target, string folder) => new(request.Backup, folder, target, null)
    {
        Wal = WalWay.Local,
        Role = RestoredRole.Copy,
        Promote = true,
        Fetch = request.Fetch,
    };

    private static int MajorOf(RecoveryPlan plan) => plan.Road.Manifest.ServerVersion / 10000;

    private DrillReport Empty(BaseDrillRequest request, string runId) => DrillReport.Begin(runId, clock.GetUtcNow(), DrillObjectives.Of(request.Objectives), new DrillSubject
    {
        Kind = "base",
        Database = null,
        BackupId = request.Backup?.Text ?? "any",
        File = "the whole server",
        Store = string.Join(", ", stores.Select(store => store.Address)),
        Size = 0,
        Sha256 = null,
        RecoveryPoint = clock.GetUtcNow(),
        Encrypted = null,
        Picked = request.Target?.Text ?? "a random moment",
    });

    private DrillSubject SubjectOf(RecoveryPlan plan, string picked) => new()
    {
        Kind = "base",
        Database = null,
        BackupId = $"{plan.Road.Base.Id}",
        File = $"the whole server, up to {plan.Target.Text}",
        Store = string.Join(", ", stores.Select(store => store.Address)),
        Size = plan.NeededBytes,
        Sha256 = null,
        RecoveryPoint = plan.Target is RecoveryTarget.Moment { Time: var moment } ? moment : plan.Reached ?? plan.Road.ConsistentAt,
        Encrypted = null,
        Picked = picked,
    };
}
