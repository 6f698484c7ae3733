using System.Collections.Concurrent;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Repositories;

namespace Tidemark.Dumps;

/// <summary>Takes one dump of one database.</summary>
/// <remarks>
/// 1. connect, ask what the role may read, choose the client · 2. take the snapshot: the recovery point; ask what a dump of it
/// will not hold · 3. globals · 4. pg_dump of that snapshot, its bytes read once: compressed, encrypted, checked, and sent to every store at the
/// same time · 5. in each store: complete, then the name, then the manifest. One pass, no local copy, no object under a final name before all of it has passed.
/// </remarks>
internal sealed class DumpRunner(PostgresBinaries binaries, DumpStores stores, RepositoryKeys keys, TimeProvider clock)
{
    public async Task<DumpReport> RunAsync(DumpOptions options, string runId, IProgress<DumpProgress> progress, CancellationToken token)
    {
        var started = clock.GetUtcNow();
        var address = options.Address.WithDatabase(options.Database);
        await using var session = await DumpSession.OpenAsync(address, options.Database, token);
        await session.RequireReadableAsync(token);
        var client = await binaries.ChooseForDumpAsync(session.Server, token);

        stores.Prepare();
        await session.TakeSnapshotAsync(token);
        var warnings = new List<string>();
        if (client.Warning is not null) warnings.Add(client.Warning);
        // Each is waited for once: a store that is away is asked nothing more.
        var away = new ConcurrentDictionary<DumpStore, Fault>();
        var key = await FreeKeyAsync(KeyOf(options, session, null, started), away, token);

        using var pending = PendingDump.Create(stores.State, runId, new PendingIntent(key, [.. stores.All.Select(store => store.Address)]), clock);
        var (globals, gaps) = await GlobalsDump.TakeAsync(client.Tools, address, session.IsSuperuser, token);
        gaps = [.. session.Gaps, .. gaps];
        await using var copies = await DumpCopies.BeginAsync(stores, key, pending, away, token);
        using var writer = new DumpWriter(copies, options.Format, keys);
        var contents = await DumpAsync(options, client.Tools, address, session, writer, warnings, progress, token);
        var (sha256, contentSha256) = await Task.Run(writer.Complete, token);
        if (contents is not null) gaps = [.. gaps, .. CoverageGaps.NotInDump(session.TableSizes.Keys, session.Facts.Encoding, contents.Tables).ExceptBy(gaps.Select(gap => gap.Object), gap => gap.Object)];

        var manifest = new DumpManifest
        {
            Id = "",
            Database = options.Database,
            Label = options.Label ?? (options.Format == DumpFormat.SqlGz ? DumpName.DefaultLabel(started) : null),
            File = options.Format == DumpFormat.Custom || !options.HashInName ? key : KeyOf(options, session, contentSha256, started),
            Format = options.Format.Name(),
            Size = writer.Stored,
            Sha256 = sha256,
            ContentSha256 = contentSha256,
            DumpedBytes = writer.Taken,
            StartedAt = started,
            RecoveryPoint = session.RecoveryPoint,
            FinishedAt = clock.GetUtcNow(),
            Check = contents is null ? DumpManifest.NoCheck : DumpManifest.FullCheck,
            ServerVersion = session.Server.ToString(),
            ClientVersion = client.Tools.Version.ToString(),
            SystemIdentifier = session.SystemIdentifier,
            DatabaseFacts = session.Facts,
            Rows = contents?.Tables ?? [],
            LargeObjects = contents?.LargeObjects ?? 0,
            Roles = contents?.Roles ?? [],
            Extensions = contents?.Extensions ?? [],
            Recipients = keys.Recipients,
            Gaps = gaps,
            Warnings = warnings,
            Writes = session.Writes,
        };
        pending.Decide(manifest, globals is null ? null : keys.Encrypts ? keys.Seal(globals) : globals, keys);
        await copies.CompleteAsync();
        if (!copies.All.Any(copy => copy.IsUnfinished)) pending.Done();
        return new DumpReport(manifest, copies.All, clock.GetUtcNow() - started);
    }

    /// <summary>The first name that no store has anything under. A store that cannot be asked is away.</summary>
    private async Task<string> FreeKeyAsync(string wanted, ConcurrentDictionary<DumpStore, Fault> away, CancellationToken token)
    {
        for (var number = 1; ; number++)
        {
            var key = DumpName.Numbered(wanted, number);
            var taken = await Task.WhenAll(stores.All.Where(store => !away.ContainsKey(store)).Select(store => IsTakenAsync(store, key, away, token)));
            if (!taken.Contains(true)) return key;
        }
    }

    /// <summary>Somebody may have removed a dump and left its manifest.</summary>
    private static async Task<bool> IsTakenAsync(DumpStore store, string key, ConcurrentDictionary<DumpStore, Fault> away, CancellationToken token)
    {
        try
        {
            return await store.Objects.FindAsync(key, token) is not null || await store.Objects.FindAsync(DumpName.ManifestOf(key), token) is not null;
        }
        catch (Fault unreachable) when (unreachable.Code == FaultCode.Store)
        {
            away[store] = unreachable;
            return false;
        }
    }

    /// <summary>The bytes: out of pg_dump, into the writer and the check. Returns what the check read; null when it was not wanted.</summary>
    private async Task<PlainDumpSummary?> DumpAsync(DumpOptions options, ClientTools tools, DatabaseAddress address, DumpSession session, DumpWriter writer,
        List<string> warnings, IProgress<DumpProgress> progress, CancellationToken token)
    {
        var tracker = new DumpTracker(session.TableSizes, progress);
        var begun = clock.GetTimestamp();
        await using var dump = ChildProcess.Start(new ChildCommand(tools.PgDump,
            [$"--format={(options.Format == DumpFormat.Custom ? "custom" : "plain")}", $"--snapshot={session.Snapshot}", $"--lock-wait-timeout={(long)options.LockWait.TotalMilliseconds}", "--no-password", $"--dbname={address.ToConninfo()}"])
        { Environment = address.ChildEnvironment() }, line => Warn(line, warnings));
        dump.Input.Close();
        await using var check = !options.Check ? null : options.Format == DumpFormat.Custom ? DumpCheck.ForArchive(tools, tracker.Table) : DumpCheck.ForSql(tracker.Table);

        void Store(ReadOnlyMemory<byte> bytes)
        {
            writer.Take(bytes);
            tracker.Moved(bytes.Length, writer.Stored, check?.TextRead, clock.GetElapsedTime(begun));
        }

        await DumpTee.RunAsync(dump.Output, check is null ? [Store] : [Store, check.Take], dump.Kill, token);
        var exit = await dump.WaitAsync(token);
        if (exit != 0) throw IsLockTimeout(dump.ErrorText) ? Blocked(options, await session.BlockersAsync(token)) : PgDumpFailed(exit, dump.ErrorText, address);
        if (check is null) return null;
        var findings = await check.CompleteAsync(token);
        return findings.Faults.Count == 0 ? findings.Contents : throw new Fault(FaultCode.Verification, "the dump did not pass its check")
        {
            Where = $"database \"{options.Database}\"",
            Why = string.Join("; ", findings.Faults),
            Left = "the dump was discarded; earlier backups are as they were",
            Next = "tidemark backup again; if it repeats, check memory and disk of this machine",
        };
    }

    private string KeyOf(DumpOptions options, DumpSession session, string? sha256, DateTimeOffset started) => (options.Format == DumpFormat.Custom
        ? DumpName.Dated(options.Database, session.RecoveryPoint)
        : DumpName.Flat(options.Label ?? DumpName.DefaultLabel(started), options.OneOfSeveral ? options.Database : null, sha256)) + (keys.Encrypts ? DumpName.Sealed : "");

    private static void Warn(string line, List<string> warnings)
    {
        if (!line.Contains("warning:", StringComparison.OrdinalIgnoreCase)) return;
        lock (warnings) warnings.Add(line);
    }

    /// <summary>pg_dump bounds its LOCK TABLE by statement_timeout, and sets it back for all else.</summary>
    private static bool IsLockTimeout(string error) =>
        error.Contains("canceling statement due to statement timeout", StringComparison.Ordinal) && error.Contains("LOCK TABLE", StringComparison.Ordinal);

    private static Fault Blocked(DumpOptions options, IReadOnlyList<TableBlocker> blockers) => new(FaultCode.Failed, $"pg_dump waited {Ages.InWords(options.LockWait)} for a table that somebody else has locked")
    {
        Where = $"database \"{options.Database}\"",
        Why = blockers.Count > 0 ? string.Join("; ", blockers.Select(blocker => blocker.Words)) : "who had it has let go by now, or could not be asked for",
        Left = "the unfinished dump was discarded; earlier backups are as they were",
        Next = (blockers.Count > 0 ? $"let that session come to its end, or end it (SELECT pg_terminate_backend({blockers[0].Process});), then: " : "") + "tidemark backup; where such locks are usual, raise BACKUP_LOCK_WAIT",
    };

    private static Fault PgDumpFailed(int exit, string error, DatabaseAddress address)
    {
        var code = error.Contains("permission denied", StringComparison.Ordinal) ? FaultCode.AccessDenied
            : error.Contains("server closed the connection", StringComparison.Ordinal) || error.Contains("connection to server", StringComparison.Ordinal) ? FaultCode.Unreachable
            : FaultCode.Failed;
        return new Fault(code, exit > 128 ? $"pg_dump was ended by signal {exit - 128}" : $"pg_dump ended with exit code {exit}")
        {
            Where = address.ToString(),
            Why = error.Length > 0 ? error : null,
            Left = "the unfinished dump was discarded; earlier backups are as they were",
            Next = code == FaultCode.Unreachable ? "check that the server runs, then: tidemark backup" : "tidemark backup, when the cause above is mended",
        };
    }
}
