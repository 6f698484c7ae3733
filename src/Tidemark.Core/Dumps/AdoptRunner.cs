using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>Takes a dump that somebody else put into the folder for one of ours: checks it in full, then writes its manifest.</summary>
internal sealed partial class AdoptRunner(VerifyRunner verifier, DumpStores stores, RepositoryKeys keys, TimeProvider clock)
{
    /// <param name="entry">A foreign file inside of the folder.</param>
    /// <param name="database">What the user says it is of; used where the layout does not tell.</param>
    /// <param name="otherwise">Used where neither the layout, nor the user, nor the dump itself tells.</param>
    /// <param name="progress">Bytes read.</param>
    /// <param name="token">Cancels; nothing is left then.</param>
    /// <exception cref="Fault">Not whole, not ours to adopt, or of an unknown database.</exception>
    public async Task<DumpManifest> RunAsync(DumpEntry entry, string? database, string? otherwise, IProgress<DumpProgress> progress, CancellationToken token)
    {
        if (entry.Finding is not null)
            throw new Fault(FaultCode.Refused, "a manifest that cannot be relied on lies beside it") { Where = entry.Store.PathOf(DumpName.ManifestOf(entry.Key)), Why = entry.Finding, Next = $"move that file away, then: tidemark adopt {entry.Key}" };
        if (entry.Manifest is not null) throw new Fault(FaultCode.Refused, "this backup has a manifest already") { Where = entry.Key, Next = $"tidemark verify {entry.Id}" };
        if (entry.IsOutside)
            throw new Fault(FaultCode.OutsideStore, "only files inside the backup folder can be adopted") { Where = entry.Path, Why = $"the backup folder is {stores.Address}", Next = "copy the file into it first" };
        if (await new DumpCatalog(entry.Store).NamesakesOfAsync(entry, token) is [var namesake, ..])
            throw new Fault(FaultCode.Refused, "a backup of this name, but for its ending, is here already") { Where = entry.Key, Why = $"{namesake.Key} has the same id, {namesake.Id}: neither could be named by it", Next = "give the file another name, then: tidemark adopt THAT-NAME" };
        await using var dump = await OpenDump.OpenAsync(entry, keys, token);
        var form = dump.Form;
        if (dump.IsEncrypted != entry.IsEncrypted) throw new Fault(FaultCode.Refused, dump.IsEncrypted ? "an encrypted dump has a name that ends in .age" : "a name that ends in .age is that of an encrypted dump, and this one is not") { Where = entry.Key, Next = "give the file another name, then: tidemark adopt THAT-NAME" };
        if (dump.IsEncrypted && !keys.Encrypts) throw new Fault(FaultCode.Refused, "an encrypted dump is adopted where BACKUP_ENCRYPT_TO says to whom its manifest is encrypted") { Where = entry.Key, Why = "the manifest names tables and roles", Next = "export BACKUP_ENCRYPT_TO=age1…" };
        if (form == StoredForm.Sql) throw new Fault(FaultCode.Refused, "an uncompressed SQL file is not of the known layouts") { Where = entry.Key, Next = $"gzip it, then: tidemark adopt {entry.Key}.gz" };
        var origin = form == StoredForm.Archive && DumpMagic.ArchiveDatabase(dump.Head) is { Length: > 0 } named ? named : null;
        var of = DatabaseOf(entry.Key, origin, database) ?? otherwise ?? throw new Fault(FaultCode.Usage, "of which database is this dump?") { Where = entry.Key, Next = $"tidemark adopt {ShellWord.Quote(entry.Key)} --database NAME" };
        var report = await verifier.RunAsync(entry, dump, progress, token);
        if (!report.Passed) throw new Fault(FaultCode.Verification, "the dump is not whole, so it is not adopted") { Where = entry.Key, Why = string.Join("; ", report.Faults), Next = "keep it only if you know why" };
        var contents = report.Contents!;
        var (time, timeGap) = TimeOf(entry, dump);
        var manifest = new DumpManifest
        {
            Id = DumpName.Id(entry.Key),
            Database = of,
            File = entry.Key,
            Format = form == StoredForm.Archive ? DumpFormat.Custom.Name() : DumpFormat.SqlGz.Name(),
            Size = entry.Size,
            Sha256 = report.Sha256,
            ContentSha256 = report.Sha256,
            DumpedBytes = form == StoredForm.Archive ? entry.Size : contents.Bytes,
            StartedAt = time,
            RecoveryPoint = time,
            FinishedAt = clock.GetUtcNow(),
            Check = DumpManifest.FullCheck,
            ServerVersion = ServerVersion.Parse(contents.DumpedFromVersion)?.ToString(),
            ClientVersion = ServerVersion.Parse(contents.DumpedByVersion)?.ToString(),
            Rows = contents.Tables,
            LargeObjects = contents.LargeObjects,
            Roles = contents.Roles,
            Extensions = contents.Extensions,
            // An age file does not tell to whom it is encrypted.
            Recipients = dump.IsEncrypted ? ["unknown"] : [],
            Gaps = [new CoverageGap(CoverageGap.Adopted, entry.Key, "made by somebody else: what it leaves out of its database is not known; no dump tells whether pg_dump was given -t, -n, -T or -N"), .. Gaps(entry, of, origin, contents, timeGap)],
        };
        await WriteAsync(dump, manifest, token);
        return manifest;
    }

    private async Task WriteAsync(OpenDump dump, DumpManifest manifest, CancellationToken token)
    {
        var (objects, key) = (dump.Entry.Store.Objects, dump.Entry.Key);
        if (dump.IsEncrypted) await objects.PutAsync(DumpName.SealedManifestOf(key), keys.Seal(JsonSerializer.SerializeToUtf8Bytes(manifest, DumpJson.Default.DumpManifest)), PutMode.Replace, token);
        var forAll = dump.IsEncrypted ? manifest.ForAll() : manifest;
        if (!await objects.PutAsync(DumpName.ManifestOf(key), JsonSerializer.SerializeToUtf8Bytes(forAll, DumpJson.Default.DumpManifest), PutMode.IfAbsent, token))
            throw new Fault(FaultCode.Refused, "somebody else wrote a manifest of this name just now") { Where = dump.Entry.Store.PathOf(DumpName.ManifestOf(key)), Left = "nothing was overwritten", Next = "tidemark list" };
    }

    /// <param name="key">The dated layout begins with the database.</param>
    /// <param name="origin">What an archive says of itself.</param>
    /// <param name="said">What the user says: not against what the archive says, for it would become the latest of a database that it is not of.</param>
    private static string? DatabaseOf(string key, string? origin, string? said)
    {
        if (Dated().Match(key) is { Success: true } dated) return Uri.UnescapeDataString(dated.Groups["database"].Value);
        return origin is null || said is null || origin == said ? said ?? origin : throw new Fault(FaultCode.Usage, $"this is a dump of database \"{origin}\", not of \"{said}\"")
        {
            Where = key,
            Why = "the archive says so itself; as a backup of another database it could be taken for the latest of that one",
            Next = $"tidemark adopt {ShellWord.Quote(key)} --database {ShellWord.Quote(origin)}; restore --to-database gets it into any database",
        };
    }

    private static IEnumerable<CoverageGap> Gaps(DumpEntry entry, string of, string? origin, PlainDumpSummary contents, string? timeGap)
    {
        if (origin is not null && origin != of) yield return new CoverageGap("other-database", entry.Key, $"it lies in the folder of database \"{of}\", and says itself that it was taken from \"{origin}\"");
        if (timeGap is not null) yield return new CoverageGap("recovery-point", entry.Key, timeGap);
        foreach (var table in contents.TablesWithoutData)
            yield return new CoverageGap(CoverageGap.NoData, table, "the dump makes this table and holds no data for it");
    }

    /// <summary>The recovery point as far as it can be known: the time in a dated name, else in the archive's header, else the file's own.</summary>
    private static (DateTimeOffset Time, string? Gap) TimeOf(DumpEntry entry, OpenDump dump)
    {
        if (Dated().Match(entry.Key) is { Success: true } dated && DateTimeOffset.TryParseExact(dated.Groups["time"].Value, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var named)) return (named, null);
        // A copy is younger than what it copies, and a file may be given any time: the earlier of the two.
        if (dump.Form == StoredForm.Archive && ArchiveTime.Earliest(dump.Head, TimeZoneInfo.Local) is { } begun)
            return (begun < entry.Time ? begun : entry.Time, "the time in the archive's header is taken for it; it does not tell its time zone: it was read as UTC and as this machine's, and the earlier one is taken");
        return (entry.Time, "not known: the file's own time is taken for it, which may be that of a copy; the dump is older than that");
    }

    [GeneratedRegex(@"^(?<database>[^/]+)/\d{4}/\d{2}/\d{2}/backup-(?<time>\d{8}T\d{6}Z)")]
    private static partial Regex Dated();
}
