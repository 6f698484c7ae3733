using Npgsql;
using Tidemark.Configuration;
using Tidemark.Drills.Checks;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;

namespace Tidemark.Drills;

/// <summary>Rehearses the restore of a dump, and measures it.</summary>
/// <remarks>
/// 1. read the backup from end to end, with the key that an emergency would use · 2. a server · 3. restore, by the restore that people use ·
/// 4. look at what came back, from its objects to the user's own questions · 5. the user's hooks · 6. measure · 7. remove everything.
/// What the backup does wrong is its failure; what breaks around it makes the drill inconclusive.
/// </remarks>
internal sealed class DrillRunner(PostgresBinaries binaries, RepositoryKeys keys, string stateFolder, TimeProvider clock)
{
    /// <summary>Too large to be anybody's by chance.</summary>
    private const int NameLength = 12;

    /// <param name="request">What.</param>
    /// <param name="runId">Of the run.</param>
    /// <param name="at">Told of each phase when it begins.</param>
    /// <param name="progress">Within the longer ones.</param>
    /// <param name="log">What hooks print, and what could not be removed.</param>
    /// <param name="token">Cancels; then there is no report, and nothing is left all the same.</param>
    public async Task<DrillReport> RunAsync(DrillRequest request, string runId, Action<string> at, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var course = new DrillCourse(clock, at);
        var report = DrillReport.Begin(runId, clock.GetUtcNow(), DrillObjectives.Of(request.Objectives), DrillSubject.Of(request.Source, request.Picked));
        DrillPlace? place = null;
        try
        {
            var (source, contents) = await ReadAsync(request, course, progress, token);
            if (course.FirstFailed is null)
            {
                place = await course.TimeAsync(RestorePhase.Server, () => PlaceAsync(request, source, runId, log, token));
                report = await RestoredAsync(report, request with { Source = source }, contents!, place, course, runId, progress, log, token);
            }
            report = report.Judged(course);
        }
        catch (Exception broken) when (broken is Fault or NpgsqlException or IOException && !token.IsCancellationRequested)
        {
            report = report.BrokenBy(broken, course);
        }
        finally
        {
            if (place is not null) await place.DisposeAsync();
        }
        return report.Ended(course, clock.GetUtcNow()) with { Reason = new SecretMask(request.Target?.Address.Secrets ?? []).Hide(report.Reason) };
    }

    /// <summary>As above, with a copy that is damaged on purpose: passes when the drill of it fails.</summary>
    public async Task<DrillReport> SabotageAsync(DrillRequest request, string runId, Action<string> at, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var note = new DrillNote(runId);
        note.Write(stateFolder);
        try
        {
            at("damage a copy");
            var (copy, words) = await Sabotage.CopyAsync(request.Source, note.WorkOf(stateFolder), token);
            return Sabotage.Judge(await RunAsync(request with { Source = copy }, runId, at, progress, log, token), DrillSubject.Of(request.Source, request.Picked), words);
        }
        finally
        {
            note.Remove(stateFolder);
        }
    }

    private async Task<(DumpEntry Source, VerifyReport? Contents)> ReadAsync(DrillRequest request, DrillCourse course, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        var size = request.Source.Size;
        var reading = new Progress<DumpProgress>(read => progress.Report(new RestoreProgress("reading", read.Stored, size, "bytes")));
        var source = await course.TimeAsync("open", () => SealedManifest.WithAsync(request.Source, keys, token));
        var read = await course.TimeAsync("read", () => new VerifyRunner(binaries, clock).RunAsync(source, keys, reading, token), _ => size);
        foreach (var check in DumpChecks(source, read)) course.Add(check);
        return (source, read);
    }

    private static IEnumerable<DrillCheck> DumpChecks(DumpEntry source, VerifyReport read)
    {
        const string hash = "hash", parse = "full parse";
        var same = source.Manifest is { } manifest && read.Sha256 == manifest.Sha256;
        yield return same ? DrillCheck.Passed(hash, read.Sha256, read.Sha256)
            : source.Manifest is null ? DrillCheck.Remark(hash, $"the file has no manifest to compare with; its SHA-256 is {read.Sha256}")
            : DrillCheck.Failed(hash, source.Manifest.Sha256, read.Sha256, read.Faults.Count > 0 ? read.Faults[0] : "the bytes are not those that were stored");
        var whole = $"{read.Contents?.Tables.Sum(table => table.Rows) ?? 0} rows in {read.Contents?.Tables.Count ?? 0} tables, closing line seen";
        yield return read.Passed ? DrillCheck.Passed(parse, "read to its closing line", whole) : DrillCheck.Failed(parse, "read to its closing line", "damaged", string.Join("; ", read.Faults.Take(5)));
    }

    private async Task<DrillPlace> PlaceAsync(DrillRequest request, DumpEntry source, string runId, Action<string> log, CancellationToken token)
    {
        var name = $"tidemark_drill_{runId[..14]}_{Guid.NewGuid().ToString("N")[..NameLength]}";
        return request.Target is { } target ? await GivenPlace.OpenAsync(target, name, runId, stateFolder, log, token)
            : await PrivatePlace.OpenAsync(binaries, ServerVersion.Parse(source.Manifest?.ServerVersion), name, runId, stateFolder, clock, token);
    }

    private async Task<DrillReport> RestoredAsync(DrillReport report, DrillRequest request, VerifyReport contents, DrillPlace place, DrillCourse course, string runId, IProgress<RestoreProgress> progress, Action<string> log, CancellationToken token)
    {
        var options = OptionsOf(request, place);
        var restores = new DumpRestoreRunner(binaries, keys, place.State, clock);
        RestorePlan plan = null!;
        var restored = await course.TimeAsync(RestorePhase.Restore, async () =>
        {
            plan = await restores.PlanAsync(options, token);
            report = report with { Environment = new DrillEnvironment { Server = place.Words, ServerVersion = plan.Server.ToString() } };
            return await restores.RunAsync(options, plan, runId, progress, log, token);
        }, _ => request.Source.Size);
        course.Add(RestoreCheck.Of(restored.Missing, MakesRoles(request.Source, place)));
        await LookAsync(request, contents, place, plan.Server, course, progress, token);
        report = report with { Measured = await DrillMeasures.OfHeartbeatAsync(place.Restored, request.Heartbeat, request.NewestUntil, token) };
        if (course.FirstFailed is not null) return report;

        var hooks = new RestoreHooks(options with { Hooks = request.Hooks }, plan, log);
        if (request.Hooks.AfterRestore is not null) await HookAsync(course, RestorePhase.AfterRestore, () => hooks.AfterRestoreAsync(token));
        if (request.Hooks.SmokeTest is not null) await HookAsync(course, RestorePhase.SmokeTest, () => hooks.SmokeTestAsync(token));
        return report with { Measured = report.Measured with { RtoSeconds = DrillMeasures.RtoOf(course.Phases) } };
    }

    /// <summary>From the outer layer inwards; one that fails does not keep the others from being looked at.</summary>
    private static async Task LookAsync(DrillRequest request, VerifyReport contents, DrillPlace place, ServerVersion server, DrillCourse course, IProgress<RestoreProgress> progress, CancellationToken token)
    {
        var (dumped, restored, manifest) = (contents.Contents!, place.Restored, request.Source.Manifest);
        var expected = manifest is { Check: DumpManifest.FullCheck } ? manifest.Rows : dumped.Tables;
        long bytes;
        await using (var connection = await DatabaseConnection.OpenAsync(restored, token)) bytes = await connection.ScalarAsync<long>("select pg_database_size(current_database())", token);
        await course.CheckAsync("schema", restored, connection => SchemaCheck.RunAsync(connection, dumped.Objects, token), token);
        await course.CheckAsync("roles", restored, connection => RoleCheck.RunAsync(connection, manifest?.Roles ?? dumped.Roles, MakesRoles(request.Source, place), token), token);
        await course.CheckAsync("rows", restored, connection => TableRowsCheck.RunAsync(connection, expected, done => progress.Report(new RestoreProgress("counting rows", done, expected.Count, "tables")), token), token, bytes);
        await course.CheckAsync("amcheck", restored, connection => StructureCheck.RunAsync(connection, server, token), token, bytes);
        await course.CheckAsync("counts by index", restored, connection => IndexCountCheck.RunAsync(connection, token), token, bytes);
        foreach (var assertion in request.Assertions) await course.CheckAsync($"assertion \"{assertion.Name}\"", restored, connection => AssertionCheck.RunAsync(connection, assertion, token), token);
    }

    private static async Task HookAsync(DrillCourse course, string name, Func<Task> hook)
    {
        await course.TimeAsync(name, async () =>
        {
            await hook();
            return true;
        });
        course.Add(DrillCheck.Passed(name, "exit code 0", "exit code 0"));
    }

    /// <summary>On a server of our own, where it is known which.</summary>
    private static bool MakesRoles(DumpEntry source, DrillPlace place) => place.IsPrivate && source.Manifest is not null;

    private static RestoreOptions OptionsOf(DrillRequest request, DrillPlace place) => new()
    {
        Source = request.Source,
        Address = place.Server,
        Mode = RestoreMode.Into,
        ToDatabase = place.Database,
        CreateRoles = MakesRoles(request.Source, place),
        // Counted below, as a check of its own.
        Check = false,
        ProjectRoot = request.ProjectRoot,
        Hooks = new HookOptions(null, null, null, null),
    };
}
