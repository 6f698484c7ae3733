using System.Globalization;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Data;

namespace Tidemark.Tests.Postgres.Data;

/// <summary>Against what PostgreSQL's own pg_controldata says of the same file.</summary>
public sealed class ControlFileTests
{
    public static TheoryData<int> AllMajors => [.. PostgresPrograms.AllMajors];

    [Theory]
    [MemberData(nameof(AllMajors))]
    public async Task Every_field_is_what_pg_controldata_says(int major)
    {
        var bytes = await BytesAsync(major);
        var control = ControlFile.Read(bytes, out var why);
        Assert.Equal("", why);
        var said = await SaidAsync(major, bytes);
        Assert.Equal(said["Database system identifier"], $"{control!.SystemIdentifier}");
        Assert.Equal(said["pg_control version number"], $"{control.Version}");
        Assert.Equal(said["Catalog version number"], $"{control.CatalogVersion}");
        Assert.Equal("shut down", said["Database cluster state"]);
        Assert.Equal(ClusterState.ShutDown, control.State);
        Assert.Equal(Time(said["pg_control last modified"]), control.Written);

        Assert.Equal(said["Latest checkpoint location"], $"{control.Checkpoint.Location}");
        Assert.Equal(said["Latest checkpoint's REDO location"], $"{control.Checkpoint.Redo}");
        Assert.Equal(said["Latest checkpoint's TimeLineID"], $"{control.Checkpoint.Timeline.Value}");
        Assert.Equal(said["Latest checkpoint's PrevTimeLineID"], $"{control.Checkpoint.PreviousTimeline.Value}");
        Assert.Equal(said["Latest checkpoint's full_page_writes"], control.Checkpoint.FullPageWrites ? "on" : "off");
        Assert.Equal(said["Latest checkpoint's NextXID"], $"{control.Checkpoint.NextTransaction >> 32}:{(uint)control.Checkpoint.NextTransaction}");
        Assert.Equal(Time(said["Time of latest checkpoint"]), control.Checkpoint.Time);
        Assert.False(control.IsWithoutCheckpoint);

        Assert.Equal(said["Minimum recovery ending location"], $"{control.MinRecoveryPoint}");
        Assert.Equal(said["Min recovery ending loc's timeline"], $"{control.MinRecoveryTimeline?.Value ?? 0}");
        Assert.Equal(said["Backup start location"], $"{control.BackupStart}");
        Assert.Equal(said["Backup end location"], $"{control.BackupEnd}");
        Assert.Equal(said["End-of-backup record required"], control.BackupEndRequired ? "yes" : "no");

        Assert.Equal(said["wal_level setting"], control.Settings.WalLevel switch { 0 => "minimal", 1 => "replica", _ => "logical" });
        Assert.Equal(said["max_connections setting"], $"{control.Settings.MaxConnections}");
        Assert.Equal(said["max_worker_processes setting"], $"{control.Settings.MaxWorkerProcesses}");
        Assert.Equal(said["max_wal_senders setting"], $"{control.Settings.MaxWalSenders}");
        Assert.Equal(said["max_prepared_xacts setting"], $"{control.Settings.MaxPreparedTransactions}");
        Assert.Equal(said["max_locks_per_xact setting"], $"{control.Settings.MaxLocksPerTransaction}");

        Assert.Equal(said["Maximum data alignment"], $"{control.Sizes.MaxAlign}");
        Assert.True(control.Sizes.FloatFormatIsOurs);
        Assert.Equal(said["Database block size"], $"{control.Sizes.PageBytes}");
        Assert.Equal(said["Blocks per segment of large relation"], $"{control.Sizes.SegmentPages}");
        Assert.Equal(said["WAL block size"], $"{control.Sizes.WalPageBytes}");
        Assert.Equal(said["Bytes per WAL segment"], $"{control.Sizes.WalSegmentBytes}");
        Assert.Equal(said["Float8 argument passing"], control.Sizes.Float8ByValue ? "by value" : "by reference");
        Assert.Equal(said["Data page checksum version"], $"{control.DataChecksumVersion}");
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(18)]
    public async Task One_without_a_checkpoint_is_otherwise_the_same_and_still_good(int major)
    {
        var bytes = await BytesAsync(major);
        var written = ControlFile.WithoutCheckpoint(bytes);
        Assert.Equal(ControlFile.Length, written.Length);
        var (before, after) = (ControlFile.Read(bytes, out _)!, ControlFile.Read(written, out _)!);
        Assert.True(after.IsWithoutCheckpoint);
        Assert.Equal(before, after with { Checkpoint = before.Checkpoint });
        Assert.Equal("0/28", (await SaidAsync(major, written))["Latest checkpoint location"]);
    }

    [Fact]
    public async Task What_is_torn_short_or_foreign_is_refused_and_said()
    {
        var good = await BytesAsync(18);
        Assert.Equal("its checksum is wrong", Why(Changed(good, 200)));
        Assert.Equal("it has 295 bytes", Why(good[..295]));
        Assert.Equal("", Why(good[..296]));
        Assert.Equal("its version is 1200, which no PostgreSQL from 13 to 18 writes", Why(WithVersion(good, [0xB0, 4, 0, 0])));
        Assert.Equal("it was written by a machine with another order of bytes", Why(WithVersion(good, [0, 0, 7, 8])));
        Assert.Throws<ArgumentException>(() => ControlFile.WithoutCheckpoint(Changed(good, 200)));
    }

    private static string Why(byte[] bytes) => ControlFile.Read(bytes, out var why) is null || why.Length == 0 ? why : throw new InvalidOperationException("a file, and a reason why there is none");

    private static byte[] Changed(byte[] bytes, int at)
    {
        var changed = bytes.ToArray();
        changed[at] ^= 1;
        return changed;
    }

    private static byte[] WithVersion(byte[] bytes, byte[] version) => [.. bytes[..8], .. version, .. bytes[12..]];

    private static async Task<byte[]> BytesAsync(int major) =>
        await File.ReadAllBytesAsync(Path.Combine(await InitdbTemplate.FolderAsync(major, 16), ControlFile.Path), TestContext.Current.CancellationToken);

    private static async Task<Dictionary<string, string>> SaidAsync(int major, byte[] bytes)
    {
        var folder = Workshop.NewPath("control");
        Directory.CreateDirectory(Path.Combine(folder, "global"));
        await File.WriteAllBytesAsync(Path.Combine(folder, ControlFile.Path), bytes, TestContext.Current.CancellationToken);
        // 14 and 16 have no clients here; the next major reads the same layout.
        var program = Path.Combine(PostgresPrograms.Clients(major), "pg_controldata");
        var output = await ChildProcess.OutputAsync(program, [folder], environment: new Dictionary<string, string> { ["TZ"] = "UTC", ["LC_ALL"] = "C" });
        return output.Split('\n').Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1].Trim());
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite);
}
