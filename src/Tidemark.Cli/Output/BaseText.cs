using Tidemark.BaseBackups;
using Tidemark.Hosting;
using Tidemark.Retention.Bases;

namespace Tidemark.Cli.Output;

/// <summary>What is known of a base backup, in words.</summary>
internal static class BaseText
{
    /// <param name="terminal">Where.</param>
    /// <param name="one">Which.</param>
    /// <param name="all">Those that it may build on.</param>
    /// <param name="now">For pins and tombstones.</param>
    public static void Tell(Terminal terminal, StoredBackup one, IReadOnlyList<StoredBackup> all, DateTimeOffset now)
    {
        terminal.Say($"base backup {one.Id}  {BaseDocuments.StateOf(one, now)}");
        terminal.Say($"  store           {one.Bases.Store.Address}");
        if (one.Entry.Why is { } why) terminal.Say($"  state           {why}");
        if (one.Entry.Marks.Check is { Mark: { } check }) terminal.Say($"  last verified   {check.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z: {(check.Passed == true ? "whole" : string.Join("; ", check.Findings))}");
        if (BaseDocuments.PinOf(one, now) is { } pin) terminal.Say($"  pinned          {PinText.Of(pin)}");
        if (one.Entry.Marks.Tombstone is { Mark: { } expired } && BaseRetentionPlanner.IsLeaving(one.Entry, now)) terminal.Say($"  expired         {expired.At.UtcDateTime:yyyy-MM-dd HH:mm}Z ({expired.Reason}); it can be restored until it is swept");
        if (one.Entry.Refs is { } refs)
        {
            terminal.Say($"  type            {BaseDocuments.TypeOf(refs)}{Chain(refs, all)}");
            terminal.Say($"  packs           {refs.Packs}, {Sizes.InWords(refs.PackBytes)}");
            terminal.Say($"  recovery point  {refs.Wal.Stop.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
            terminal.Say($"  wal             timeline {refs.Wal.Start.Timeline}, {refs.Wal.Start.Lsn} to {refs.Wal.Stop.Lsn}");
        }
        if (one.Entry.Manifest is not { } manifest) return;
        if (BaseDocuments.LabelOf(manifest) is { } label) terminal.Say($"  label           {label}");
        terminal.Say($"  cluster         {manifest.Cluster}, system identifier {manifest.SystemIdentifier}, {Sizes.InWords(manifest.Totals.Bytes)} in {Sizes.Count(manifest.Totals.Files, "file")}");
        terminal.Say($"  added           {Sizes.InWords(manifest.Totals.NewBytes)} that the store did not have, as {Sizes.InWords(manifest.Totals.StoredBytes)}");
        terminal.Say($"  server          {manifest.ServerVersion / 10000}.{manifest.ServerVersion % 10000}, a {manifest.From}, checksums {(manifest.DataChecksums ? "on" : "off")}");
        foreach (var space in manifest.Tablespaces) terminal.Say($"  tablespace      {space.Oid}: {space.Path ?? "within the data folder"}");
        foreach (var page in manifest.PageWarnings) terminal.Say($"  damaged page    {page.Path}, page {page.Page}: {page.Why}");
    }

    /// <summary>The backups whose packs it uses again; each of them can go without it.</summary>
    private static string Chain(BaseRefs refs, IReadOnlyList<StoredBackup> all)
    {
        var chain = new List<string>();
        for (var parent = refs.Parent; parent is not null && chain.Count < all.Count + 1; parent = all.FirstOrDefault(one => one.Id == parent)?.Entry.Refs?.Parent)
            chain.Add(all.Any(one => one.Id == parent) ? parent : $"{parent} (gone)");
        return chain.Count == 0 ? "" : $" on {string.Join(" on ", chain)}";
    }

    public static void Tell(Terminal terminal, BaseVerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Backup.Id}: {Sizes.Count(report.Packs, "pack")}, {Sizes.Count(report.Files, "file")}, {Sizes.Count(report.Pages, "page checksum")}, {Sizes.Count(report.Segments, "segment")} of WAL"
            : $"DAMAGED  {report.Backup.Id}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
