using System.Runtime.Versioning;
using System.Text;
using Tidemark.Codecs;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

[SupportedOSPlatform("linux")]
public sealed class AdoptTests : IDisposable
{
    private static readonly DateTimeOffset Written = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_plain_dump_of_unknown_time_says_that_its_recovery_point_is_not_known()
    {
        var (manifest, entry) = await AdoptAsync("CREATE TABLE public.a (i int);\nCOPY public.a (i) FROM stdin;\n1\n\\.\n");
        Assert.Equal(Written, manifest.RecoveryPoint);
        Assert.StartsWith("not known", manifest.Gaps.Single(gap => gap.Kind == "recovery-point").Why, StringComparison.Ordinal);
        Assert.Equal((DumpState.Good, true), (entry.State, entry.IsAdopted));
    }

    [Theory]
    [InlineData("CREATE TABLE public.a (i int);\n", "public.a")]
    [InlineData("CREATE TABLE public.a (i int);\nCREATE UNLOGGED TABLE public.\"B\" (i int);\nCOPY public.a (i) FROM stdin;\n1\n\\.\n", "public.\"B\"")]
    public async Task A_dump_that_makes_a_table_without_its_data_is_adopted_and_never_good(string sql, string table)
    {
        var (manifest, entry) = await AdoptAsync(sql);
        Assert.Equal(table, Assert.Single(manifest.Gaps, gap => gap.Kind == CoverageGap.NoData).Object);
        Assert.Equal(DumpState.Unchecked, entry.State);

        // Nor does verify make it good: whole it is.
        var verifier = new VerifyRunner(new PostgresBinaries(null), TimeProvider.System);
        await verifier.MarkAsync(await verifier.RunAsync(entry, Kept.NoKeys, new Progress<DumpProgress>(), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal(DumpState.Unchecked, Entry().State);
    }

    [Fact]
    public async Task Parents_of_partitions_have_no_rows_of_their_own_and_an_empty_table_has_a_block()
    {
        var (manifest, entry) = await AdoptAsync("CREATE TABLE public.p (i int DEFAULT (1)) PARTITION BY RANGE (i);\nCREATE TABLE public.p1 (i int);\nCOPY public.p1 (i) FROM stdin;\n\\.\n");
        Assert.DoesNotContain(manifest.Gaps, gap => gap.Kind == CoverageGap.NoData);
        Assert.Equal(DumpState.Good, entry.State);
    }

    [Fact]
    public void A_table_that_the_dump_has_no_block_for_is_a_gap_and_names_that_read_differently_are_not_compared()
    {
        (string, string)[] tables = [("public", "a"), ("public", "B b"), ("größe", "c"), ("s", "empty")];
        TableRows[] dumped = [new("public", "a", 5), new("s", "empty", 0)];
        Assert.Equal(["größe.c", "public.\"B b\""], CoverageGaps.NotInDump(tables, "UTF8", dumped).Select(gap => gap.Object.Replace("\"größe\"", "größe", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["public.\"B b\""], CoverageGaps.NotInDump(tables, "LATIN1", dumped).Select(gap => gap.Object));
    }

    /// <summary>The layout is that of pg_backup_archiver.c (WriteHead), for the archive versions of PostgreSQL 13 and of 16 to 18.</summary>
    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    public void The_time_in_an_archive_is_the_earlier_of_two_readings(byte minor)
    {
        var head = new List<byte>(Encoding.ASCII.GetBytes("PGDMP")) { 1, minor, 0, 4, 8, 1 };
        void Int(int value) => head.AddRange([0, .. BitConverter.GetBytes(value)]);
        if (minor >= 15) head.Add(1);
        else Int(6);
        foreach (var field in (int[])[59, 30, 2, 29, 1, 124, 0]) Int(field);
        while (head.Count < 64) head.Add(0);
        TimeZoneInfo Zone(int hours) => TimeZoneInfo.CreateCustomTimeZone("z", TimeSpan.FromHours(hours), "z", "z");
        var utc = new DateTimeOffset(2024, 2, 29, 2, 30, 59, TimeSpan.Zero);
        Assert.Equal(utc, ArchiveTime.Earliest(head.ToArray(), Zone(0)));
        Assert.Equal(utc, ArchiveTime.Earliest(head.ToArray(), Zone(-5)));
        Assert.Equal(utc.AddHours(-5), ArchiveTime.Earliest(head.ToArray(), Zone(5)));
        head[0] = 0;
        Assert.Null(ArchiveTime.Earliest(head.ToArray(), Zone(0)));
    }

    [Fact]
    public async Task Words_of_a_file_that_is_no_dump_are_not_told()
    {
        folder.Write("secret.sql", "root:x:0:0:hidden-words\n");
        var entry = Kept.Catalog(folder.Path).Of("secret.sql");
        var report = await new VerifyRunner(new PostgresBinaries(null), TimeProvider.System).RunAsync(entry, Kept.NoKeys, new Progress<DumpProgress>(), TestContext.Current.CancellationToken);
        Assert.NotEmpty(report.Faults);
        Assert.DoesNotContain(report.Faults, fault => fault.Contains("root", StringComparison.Ordinal) || fault.Contains("hidden-words", StringComparison.Ordinal));

        var fault = Assert.Throws<Fault>(() => DumpMagic.Detect("\u0001secret"u8, folder["secret.key"]));
        Assert.DoesNotContain("0173", fault.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0b111_000_000, null)]
    [InlineData(0b111_101_101, null)]
    [InlineData(0b111_111_000, "its group may write")]
    [InlineData(0b111_111_111, "everybody may write")]
    public void A_folder_that_others_may_write_to_is_told(int mode, string? told)
    {
        File.SetUnixFileMode(folder.Path, (UnixFileMode)mode);
        var objection = FolderMode.Objection(folder.Path);
        if (told is null) Assert.Null(objection);
        else Assert.StartsWith(told, objection, StringComparison.Ordinal);
        if (told is not null) Assert.EndsWith($"chmod 700 '{folder.Path}'", objection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task A_dump_whose_name_is_another_backups_but_for_the_ending_is_not_adopted(string? manifest)
    {
        await AdoptAsync("CREATE TABLE public.a (i int);\nCOPY public.a (i) FROM stdin;\n1\n\\.\n");
        if (manifest is not null) folder.Write("a.sql.gz.json", manifest);
        File.Copy(folder["a.sql.gz"], folder["a.dump"]);
        var store = Kept.In(folder.Path);
        var adopting = new AdoptRunner(new VerifyRunner(new PostgresBinaries(null), TimeProvider.System), store, Kept.NoKeys, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<Fault>(() => adopting.RunAsync(Kept.Catalog(folder.Path).Of("a.dump"), null, "shop", new Progress<DumpProgress>(), TestContext.Current.CancellationToken));
        Assert.Equal(FaultCode.Refused, fault.Code);
        Assert.Contains("a.sql.gz", fault.Why, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.dump.json"]));
    }

    public void Dispose() => folder.Dispose();

    private DumpEntry Entry() => Kept.Catalog(folder.Path).Of("a.sql.gz");

    private async Task<(DumpManifest, DumpEntry)> AdoptAsync(string sql)
    {
        using (var file = File.Create(folder["a.sql.gz"]))
        using (var gzip = Gzip.Compress(file))
            gzip.Write(Encoding.UTF8.GetBytes($"--\n-- PostgreSQL database dump\n--\n\n-- Dumped by pg_dump version 15.1\n\n{sql}\n--\n-- PostgreSQL database dump complete\n--\n\n"));
        File.SetLastWriteTimeUtc(folder["a.sql.gz"], Written.UtcDateTime);
        var verifier = new VerifyRunner(new PostgresBinaries(null), TimeProvider.System);
        var manifest = await new AdoptRunner(verifier, Kept.In(folder.Path), Kept.NoKeys, TimeProvider.System).RunAsync(Entry(), null, "shop", new Progress<DumpProgress>(), TestContext.Current.CancellationToken);
        return (manifest, Entry());
    }
}
