using Tidemark.Postgres.Data;
using Tidemark.Repositories;

namespace Tidemark.BaseBackups;

/// <summary>The manifest of a backup that was taken. Pure.</summary>
internal static class TakenManifest
{
    /// <param name="id">Its name.</param>
    /// <param name="label">Of the user's; null: none.</param>
    /// <param name="facts">Of the server, when it began.</param>
    /// <param name="wal">That it needs.</param>
    /// <param name="end">What the server said at its end.</param>
    /// <param name="copy">What was read.</param>
    /// <param name="parent">On which it builds; null: on none.</param>
    /// <param name="stored">Bytes that it added to the store.</param>
    public static BaseManifest Of(BaseId id, string? label, ClusterFacts facts, WalSpan wal, BackupEnd end, CopyReport copy, BaseManifest? parent, long stored) => new()
    {
        Id = id.Text,
        Cluster = IncarnationFolder.DefaultCluster,
        SystemIdentifier = $"{facts.SystemIdentifier}",
        ServerVersion = facts.Version.Number,
        BlockSize = facts.PageBytes,
        WalSegmentBytes = facts.WalSegmentBytes,
        DataChecksums = facts.HasChecksums,
        From = end.Label.FromStandby ? BaseManifest.Standby : BaseManifest.Primary,
        Type = parent is null ? BaseRefs.Full : BaseRefs.Increment,
        Parent = parent?.Id,
        Wal = wal,
        BackupLabel = end.LabelBytes,
        TablespaceMap = end.TablespaceMapBytes.Length == 0 ? null : end.TablespaceMapBytes,
        Control = copy.Control,
        FolderMode = (int)facts.FolderMode,
        Tablespaces = [.. facts.Tablespaces.Select(space => new BaseTablespace(space.Oid, space.IsInPlace ? null : space.Location))],
        Settings = ReplayNeeds.Of(ControlFile.Read(copy.Control, out _)!.Settings),
        Labels = label is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["label"] = label },
        Collations = [.. facts.Collations.Select(one => new BaseCollation(one.Database, one.Provider, one.Version))],
        Totals = new BaseTotals(copy.Files, copy.Bytes, copy.NewBytes, stored),
        PageWarnings = [.. copy.Bad.Select(page => new PageWarning(page.Path, page.Block - RelationFile.Parse(page.Path)!.Value.FirstBlock(facts.SegmentPages), page.Verdict.Why))],
        MapLists = [.. copy.Lists.Select(MapReference.To)],
    };
}
