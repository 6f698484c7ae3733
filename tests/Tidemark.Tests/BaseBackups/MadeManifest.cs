using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.BaseBackups;

/// <summary>The manifest of a backup that nobody took: a test says with <c>with</c> what it looks at.</summary>
internal static class MadeManifest
{
    private static readonly WalPoint Point = WalPoint.At(TimelineId.First, new Lsn(0x2000028), DateTimeOffset.UnixEpoch);

    public static BaseManifest Plain { get; } = new()
    {
        Id = "20260131T120000Z-000000",
        Cluster = "default",
        SystemIdentifier = "1",
        ServerVersion = 170010,
        BlockSize = 8192,
        WalSegmentBytes = 16 << 20,
        DataChecksums = true,
        From = BaseManifest.Primary,
        Type = BaseRefs.Full,
        Wal = new WalSpan { Start = Point, Stop = Point },
        BackupLabel = [],
        Control = [],
        FolderMode = 0b111_000_000,
        Totals = new BaseTotals(1, 1, 1, 1),
        MapLists = [],
    };
}
