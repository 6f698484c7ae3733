using Tidemark.BaseBackups;

namespace Tidemark.Cli.Output;

/// <summary>What is known of a base backup, in words.</summary>
internal static class BaseText
{
    public static void Tell(Terminal terminal, StoredBackup one)
    {
        terminal.Say($"base backup {one.Id}  {BaseDocuments.StateOf(one)}");
        terminal.Say($"  store           {one.Bases.Store.Address}");
        if (one.Entry.Why is { } why) terminal.Say($"  state           {why}");
        if (one.Entry.Refs is { } refs)
        {
            terminal.Say($"  packs           {refs.Packs}, {Sizes.InWords(refs.PackBytes)}");
            terminal.Say($"  recovery point  {refs.Wal.Stop.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
            terminal.Say($"  wal             timeline {refs.Wal.Start.Timeline}, {refs.Wal.Start.Lsn} to {refs.Wal.Stop.Lsn}");
        }
        if (one.Entry.Manifest is not { } manifest) return;
        if (BaseDocuments.LabelOf(manifest) is { } label) terminal.Say($"  label           {label}");
        terminal.Say($"  cluster         {manifest.Cluster}, system identifier {manifest.SystemIdentifier}, {Sizes.InWords(manifest.Totals.Bytes)} in {Sizes.Count(manifest.Totals.Files, "file")}");
        terminal.Say($"  server          {manifest.ServerVersion / 10000}.{manifest.ServerVersion % 10000}, a {manifest.From}, checksums {(manifest.DataChecksums ? "on" : "off")}");
        foreach (var space in manifest.Tablespaces) terminal.Say($"  tablespace      {space.Oid}: {space.Path ?? "within the data folder"}");
        foreach (var page in manifest.PageWarnings) terminal.Say($"  damaged page    {page.Path}, page {page.Page}: {page.Why}");
    }

    public static void Tell(Terminal terminal, BaseVerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Backup.Id}: {Sizes.Count(report.Packs, "pack")}, {Sizes.Count(report.Files, "file")}, {Sizes.Count(report.Pages, "page checksum")}, {Sizes.Count(report.Segments, "segment")} of WAL"
            : $"DAMAGED  {report.Backup.Id}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
