using System.Security.Cryptography;
using System.Text.Json;
using Tidemark.Codecs;
using Tidemark.Dumps.Plain;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>Reads a stored dump again from end to end: hash, full parse, trailer, rows per table. Also a file that somebody else made.</summary>
internal sealed class VerifyRunner(PostgresBinaries binaries, TimeProvider clock)
{
    /// <summary>What was found; a damaged dump is a finding, not a Fault.</summary>
    public async Task<VerifyReport> RunAsync(DumpEntry entry, IProgress<DumpProgress> progress, CancellationToken token)
    {
        if (entry.State == DumpState.Missing)
            return new VerifyReport(entry, null, "", ["the file is gone; only its manifest is left"]);
        if (entry.Finding is not null && !File.Exists(entry.Path))
            return new VerifyReport(entry, null, "", [entry.Finding, "there is no such dump"]);
        using var dump = OpenDump.Open(entry.Path);
        return await RunAsync(entry, dump, progress, token);
    }

    /// <summary>As above, of a dump that is open already.</summary>
    public async Task<VerifyReport> RunAsync(DumpEntry entry, OpenDump dump, IProgress<DumpProgress> progress, CancellationToken token)
    {
        var format = DumpMagic.Detect(entry.Path);
        await using var check = format == StoredForm.Archive ? DumpCheck.ForArchive(await ReaderOfAsync(entry, token)) : DumpCheck.ForSql();
        var tracker = new DumpTracker(new Dictionary<(string, string), long>(), progress);
        var begun = clock.GetTimestamp();
        string? unreadable = null, sha256 = null;
        try
        {
            await using var hashing = new HashingStream(dump.FromStart());
            await using var text = format == StoredForm.Gzip ? Gzip.Decompress(hashing) : hashing;
            await DumpTee.RunAsync(text, [check.Take, bytes => tracker.Moved(bytes.Length, hashing.Moved, null, clock.GetElapsedTime(begun))], () => { }, token);
            // What stands behind the compressed data, if anything, belongs to the file's hash too.
            await hashing.CopyToAsync(Stream.Null, token);
            sha256 = hashing.Hex();
        }
        catch (InvalidDataException damaged)
        {
            unreadable = $"the gzip data is damaged: {damaged.Message}";
        }
        sha256 ??= Convert.ToHexStringLower(await SHA256.HashDataAsync(dump.FromStart(), token));
        var findings = await check.CompleteAsync(token);
        var faults = Faults(entry.Manifest, sha256, findings, unreadable).ToList();
        if (entry.Finding is not null) faults.Add(entry.Finding);
        return new VerifyReport(entry, findings.Contents, sha256, faults);
    }

    /// <summary>Leaves the outcome beside the dump, where <c>list</c> and <c>latest</c> see it.</summary>
    public void Mark(VerifyReport report)
    {
        var mark = new CheckMark(clock.GetUtcNow(), report.Passed, report.Faults);
        DurableFile.WriteWhole(DumpFolder.MarkOf(report.Entry.Path), JsonSerializer.SerializeToUtf8Bytes(mark, DumpJson.Default.CheckMark), replace: true);
    }

    private async Task<ClientTools> ReaderOfAsync(DumpEntry entry, CancellationToken token)
    {
        var writer = ServerVersion.Parse(entry.Manifest?.ClientVersion) ?? DumpMagic.ArchiveWriter(entry.Path);
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
