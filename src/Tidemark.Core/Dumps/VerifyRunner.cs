using Tidemark.Codecs;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Repositories;

namespace Tidemark.Dumps;

/// <summary>Reads a stored dump again from end to end: hash, full parse, trailer, rows per table. Also a file that somebody else made.</summary>
internal sealed class VerifyRunner(PostgresBinaries binaries, TimeProvider clock)
{
    /// <summary>What was found; a damaged dump is a finding, not a Fault.</summary>
    public async Task<VerifyReport> RunAsync(DumpEntry entry, RepositoryKeys keys, IProgress<DumpProgress> progress, CancellationToken token)
    {
        if (entry.State == DumpState.Missing)
            return new VerifyReport(entry, null, "", ["the file is gone; only its manifest is left"]);
        if (entry.Finding is not null && await entry.Store.Objects.FindAsync(entry.Key, token) is null)
            return new VerifyReport(entry, null, "", [entry.Finding, "there is no such dump"]);
        await using var dump = await OpenDump.OpenAsync(entry, keys, token);
        var whole = await SealedManifest.WithAsync(entry, keys, token);
        return await RunAsync(whole, dump, progress, token);
    }

    /// <summary>As above, of a dump that is open already.</summary>
    public async Task<VerifyReport> RunAsync(DumpEntry entry, OpenDump dump, IProgress<DumpProgress> progress, CancellationToken token)
    {
        await using var check = dump.Form == StoredForm.Archive ? DumpCheck.ForArchive(await ReaderOfAsync(dump, token)) : DumpCheck.ForSql();
        var tracker = new DumpTracker(new Dictionary<(string, string), long>(), progress);
        var begun = clock.GetTimestamp();
        string? unreadable = null, sha256 = null;
        try
        {
            await using var reading = await dump.FromStartAsync(token);
            await using var text = dump.Form == StoredForm.Gzip ? Gzip.Decompress(reading.Plain) : reading.Plain;
            await DumpTee.RunAsync(text, [check.Take, bytes => tracker.Moved(bytes.Length, reading.Moved, null, clock.GetElapsedTime(begun))], () => { }, token);
            sha256 = await Task.Run(reading.Sha256, token);
        }
        catch (InvalidDataException damaged)
        {
            unreadable = $"the {(dump.IsEncrypted ? "encrypted" : "gzip")} data is damaged: {damaged.Message}";
        }
        if (sha256 is null)
        {
            await using var again = await dump.FromStartAsync(token);
            sha256 = await Task.Run(again.Sha256, token);
        }
        var findings = await check.CompleteAsync(token);
        var faults = Faults(entry.Manifest, sha256, findings, unreadable).ToList();
        if (entry.Finding is not null) faults.Add(entry.Finding);
        return new VerifyReport(entry, findings.Contents, sha256, faults);
    }

    /// <summary>Leaves the outcome beside the dump, where <c>list</c> and <c>latest</c> see it.</summary>
    public Task MarkAsync(VerifyReport report, CancellationToken token) => CheckMarkWriter.WriteAsync(report, clock.GetUtcNow(), token);

    private async Task<ClientTools> ReaderOfAsync(OpenDump dump, CancellationToken token)
    {
        var writer = ServerVersion.Parse(dump.Entry.Manifest?.ClientVersion) ?? DumpMagic.ArchiveWriter(dump.Head);
        return (await binaries.ChooseForRestoreAsync(writer ?? new ServerVersion(130000), writer, token)).Tools;
    }

    private static IEnumerable<string> Faults(DumpManifest? manifest, string sha256, CheckFindings findings, string? unreadable)
    {
        if (manifest is not null && manifest.Sha256 != sha256) yield return $"the bytes are not those that were stored: SHA-256 is {sha256}, the manifest says {manifest.Sha256}";
        if (unreadable is not null) yield return unreadable;
        foreach (var fault in findings.Faults) yield return fault;
        if (manifest is not { Check: DumpManifest.FullCheck }) yield break;
        foreach (var difference in RowDifferences(manifest.Rows, findings.Contents.Tables)) yield return difference;
    }

    private static IEnumerable<string> RowDifferences(IReadOnlyList<TableRows> expected, IReadOnlyList<TableRows> found)
    {
        var counted = found.ToDictionary(table => (table.Schema, table.Table), table => table.Rows);
        foreach (var table in expected)
            if (!counted.TryGetValue((table.Schema, table.Table), out var rows)) yield return $"table {table} is missing; the manifest says {table.Rows} rows";
            else if (rows != table.Rows) yield return $"table {table} has {rows} rows; the manifest says {table.Rows}";
    }
}

/// <summary>What a verification read.</summary>
/// <param name="Entry">The dump.</param>
/// <param name="Contents">What it holds, as far as it could be read.</param>
/// <param name="Sha256">Of the stored bytes.</param>
/// <param name="Faults">Empty for a whole dump.</param>
internal sealed record VerifyReport(DumpEntry Entry, PlainDumpSummary? Contents, string Sha256, IReadOnlyList<string> Faults)
{
    public bool Passed => Faults.Count == 0;
}
