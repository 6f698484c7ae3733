using System.Diagnostics;
using System.Runtime.Versioning;
using Tidemark.Clusters;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Clusters;

/// <summary>What is made of the backup folder, its disk and what lies in it.</summary>
[SupportedOSPlatform("linux")]
public sealed class FolderCheckTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    [Fact]
    public void The_probe_leaves_nothing_behind_whether_the_folder_was_there_or_not()
    {
        Assert.False(FolderProbe.Run(folder["deep/er"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));

        Directory.CreateDirectory(folder["there"]);
        Assert.True(FolderProbe.Run(folder["there"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder["there"]));
    }

    [Fact]
    public void What_a_killed_probe_left_is_swept_and_other_files_stay()
    {
        string[] left = ["backups/probe-1.pending", "backups/.tidemark/uploads/1-2.pending"];
        foreach (var file in left) folder.Write(file, "x");
        folder.Write("backups/a.dump", "x");
        Assert.True(FolderProbe.Run(folder["backups"]));
        Assert.Equal([folder["backups/a.dump"]], Directory.GetFiles(folder["backups"], "*", SearchOption.AllDirectories));
        Assert.True(Directory.Exists(folder["backups/.tidemark/uploads"]));
    }

    [Fact]
    public void A_probe_that_fails_half_way_leaves_nothing_behind()
    {
        // The state folder can be made, the folder of uploads in it cannot.
        Directory.CreateDirectory(folder["backups/.tidemark"]);
        File.WriteAllText(folder["backups/.tidemark/uploads"], "in the way");
        Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => FolderProbe.Run(folder["backups"])).Code);
        Assert.Equal([folder["backups/.tidemark/uploads"]], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Owner_mode_and_device_are_those_that_stat_tells()
    {
        File.WriteAllText(folder["file"], "");
        foreach (var path in (string[])[folder["file"], "/tmp", "/proc", "/usr/bin/env"])
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%u %a %Hd %Ld", path]) { RedirectStandardOutput = true })!;
            var said = (await stat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
            var facts = FileFacts.Of(path)!.Value;
            Assert.Equal(said, $"{facts.Owner} {Convert.ToString((int)facts.Permissions, 8)} {(uint)facts.Device} {facts.Device >> 32}");
        }
        Assert.Null(FileFacts.Of(folder["nothing"]));
    }

    [Fact]
    public void Whatever_others_may_do_in_the_folder_is_a_warning()
    {
        Check Judge(UnixFileMode more, uint owner = 7, params string[] open) => FolderModeCheck.Judge("/b c", Private | more, open, owner, us: 7);
        Assert.Equal(CheckState.Ok, Judge(UnixFileMode.None).State);
        Assert.Equal("chmod -R go= '/b c'", Judge(UnixFileMode.GroupWrite).Next);
        Assert.Equal(CheckState.Ok, FolderModeCheck.Judge("/b c", Private, [], owner: 7, us: 0).State);
        Assert.Contains("may write into", Judge(UnixFileMode.OtherWrite).Found, StringComparison.Ordinal);
        Assert.Contains("such as /b c/x.dump", Judge(UnixFileMode.OtherRead | UnixFileMode.OtherExecute, 7, "/b c/x.dump").Found, StringComparison.Ordinal);
        Assert.Equal("chmod -R go= '/b c'", Judge(UnixFileMode.GroupRead).Next);
        Assert.EndsWith("chown -R 7 '/b c'", Judge(UnixFileMode.None, owner: 8).Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tmpfs", 1, 2, CheckState.Warn)]
    [InlineData("overlay", 1, 2, CheckState.Warn)]
    [InlineData("ext4", 1, 1, CheckState.Warn)]
    [InlineData("ext4", 1, 2, CheckState.Ok)]
    [InlineData("nfs", 1, null, CheckState.Ok)]
    public void A_disk_that_goes_with_what_it_is_to_outlive_is_a_warning(string format, int device, int? data, object state) =>
        Assert.Equal(state, DiskCheck.Judge(format, (ulong)device, (ulong?)data).State);

    [Theory]
    [InlineData(99, 500, 100, CheckState.Fail)]
    [InlineData(199, 500, 100, CheckState.Warn)]
    [InlineData(200, 500, 100, CheckState.Ok)]
    [InlineData(499, 500, null, CheckState.Warn)]
    [InlineData(500, 500, null, CheckState.Ok)]
    [InlineData(1, null, null, CheckState.Ok)]
    public void Room_is_measured_by_the_last_backup_else_by_the_database(int free, int? database, int? last, object state)
    {
        var check = SpaceCheck.Judge(free, database, last, "/b");
        Assert.Equal(state, check.State);
        if (check.State == CheckState.Fail) Assert.Equal(15, check.Code!.Value.ExitCode);
    }

    [Fact]
    public void Backups_are_judged_by_the_newest_good_one_of_this_server()
    {
        static Check Judge(int days, params DumpEntry[] entries) => BackupsCheck.Judge(entries, "db", "server", new RetentionPolicy(days), null, Now);
        Assert.Equal((CheckState.Warn, "tidemark backup"), (Judge(7).State, Judge(7, Entry("x", 0, DumpState.Unchecked)).Next));
        Assert.Equal(CheckState.Ok, Judge(7, Entry("x", 7)).State);
        Assert.Contains("no backup has succeeded", Judge(7, Entry("x", 7.01)).Found, StringComparison.Ordinal);
        Assert.Contains("x is damaged", Judge(7, Entry("x", 1, DumpState.Damaged), Entry("y", 1)).Found, StringComparison.Ordinal);
        Assert.Contains("1 of another one", Judge(7, Entry("x", 1, server: "other")).Found, StringComparison.Ordinal);
        Assert.Contains("expire only by tidemark prune", Judge(7, Entry("x", 1, server: "other"), Entry("y", 1)).Found, StringComparison.Ordinal);
        Assert.Contains("single one", Judge(1, Entry("x", 0)).Found, StringComparison.Ordinal);
        Assert.Equal(CheckState.Ok, BackupsCheck.Judge([Entry("x", 1, server: "other")], "db", null, new RetentionPolicy(7), null, Now).State);
    }

    [Fact]
    public void Backups_are_judged_as_status_judges_them()
    {
        static Check Judge(TimeSpan? rpo, params DumpEntry[] entries) => BackupsCheck.Judge(entries, "db", "server", new RetentionPolicy(7), rpo, Now);
        Assert.Equal("1 good, the newest 7 d 2 h old; 1 dated in the future by a wrong clock: not counted; kept: 7 days: no backup has succeeded for longer than that", Judge(null, Entry("future", -3), Entry("x", 7.1)).Found);
        Assert.Equal((CheckState.Warn, "no good backup of \"db\"; 1 dated in the future by a wrong clock: not counted"), (Judge(null, Entry("future", -3)).State, Judge(null, Entry("future", -3)).Found));
        Assert.Equal(CheckState.Ok, Judge(TimeSpan.FromHours(48), Entry("x", 2)).State);
        Assert.Equal((CheckState.Warn, "1 good, the newest 2 d 0 h old; kept: 7 days: BACKUP_RPO is 26h"), Judge(TimeSpan.FromHours(26), Entry("x", 2)) is var late ? (late.State, late.Found) : default);
        Assert.Equal((CheckState.Ok, "1 good, the newest 24 h 0 min old"), BackupsCheck.Judge([Entry("x", 1)], "db", "server", null, null, Now) is var unsaid ? (unsaid.State, unsaid.Found) : default);
    }

    [Fact]
    public async Task A_part_of_the_folder_that_cannot_be_read_is_a_warning()
    {
        folder.Write("backups/shop/x.dump", "x");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["backups"], (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["backups/shop"], UnixFileMode.None);
        var options = Read().Options;
        Task<(Check Check, IReadOnlyList<DumpEntry> Backups)> looked;
        using (new AsNobody()) looked = BackupsCheck.LookAsync(Kept.In(folder["backups"]), options, true, null, TimeProvider.System, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder["backups/shop"], Private);
        var check = (await looked).Check;
        Assert.Equal(CheckState.Warn, check.State);
        Assert.StartsWith("the folder shop cannot be read", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_journal_keeps_no_backup_from_being_taken_and_is_not_touched()
    {
        var state = Kept.In(folder["backups"]).State;
        Assert.Equal(CheckState.Ok, (await UnfinishedCheck.LookAsync(state, TimeProvider.System)).State);
        Assert.False(Path.Exists(folder["backups"]));
        folder.Write("backups/.tidemark/journal.db", "not a database, and long enough to be told from one".PadRight(5000));
        Assert.Equal(CheckState.Warn, (await UnfinishedCheck.LookAsync(state, TimeProvider.System)).State);
        Assert.Equal([Path.Combine(state, "journal.db")], Directory.GetFileSystemEntries(state));
    }

    [Fact]
    public void A_schedule_that_nothing_follows_is_a_warning()
    {
        folder.Write(".env", "BACKUP_DIR=here\nBACKUP_SCHEDULE_CRON=0 2 * * *\n");
        var check = ConfigurationCheck.Judge(Read());
        Assert.Equal(CheckState.Warn, check.State);
        Assert.Contains("a schedule is set (.env:2), and no service runs here that follows it", check.Found, StringComparison.Ordinal);
        Assert.StartsWith("tidemark serve #", check.Next, StringComparison.Ordinal);
        using (SchedulerLock.TryAcquire(Read().Options.StateFolder, TimeProvider.System)) Assert.Equal(CheckState.Ok, ConfigurationCheck.Judge(Read()).State);
        folder.Write(".env", "BACKUP_DIR=here\nBACKUP_SCHEDULE_CRON=\n");
        Assert.Equal(CheckState.Ok, ConfigurationCheck.Judge(Read()).State);
    }

    [Fact]
    public void A_faulty_rule_of_retention_makes_all_of_it_unknown_and_settings_come_in_the_order_of_the_documentation()
    {
        folder.Write(".env", "BACKUP_RETENTION_DAYS=0\n");
        Assert.False(Read().RetentionIsKnown);
        folder.Write(".env", "BACKUP_RETENTION_WEEKLY=x\n");
        Assert.False(Read().RetentionIsKnown);
        folder.Write(".env", "BACKUP_RPO=x\n");
        Assert.True(Read().RetentionIsKnown);
        Assert.Equal(SettingCatalogue.All.Select(setting => setting.Name), Read().Values.Select(value => value.Name).Where(name => SettingCatalogue.All.Any(setting => setting.Name == name)));
    }

    [Fact]
    public void A_recovery_point_in_the_future_is_a_warning()
    {
        Assert.Equal("tidemark show x", ClockCheck.Judge(Now, Now, Now, Entry("x", -1)).Next);
        Assert.Equal(CheckState.Ok, ClockCheck.Judge(Now, Now, Now, Entry("x", 1)).State);
    }

    [Fact]
    public void Runs_that_never_said_how_they_ended_are_named()
    {
        Assert.Equal(CheckState.Ok, UnfinishedCheck.Judge([], 0).State);
        var run = new RunRow { Id = "1", Kind = "backup", Database = "shop", Actor = "me", StartedAt = Now, State = "running" };
        Assert.Equal("backup of \"shop\" of 2026-03-01 12:00Z; 2 swaps that the next start settles", UnfinishedCheck.Judge([run], 2).Found);
    }

    [Fact]
    public void Files_with_a_password_are_their_owners_only()
    {
        Assert.Equal("chmod 600 '/p q/.env'", SecretFilesCheck.Judge([("/p q/.env", Private | UnixFileMode.OtherRead), ("/x", Private)]).Next);
        Assert.Equal(CheckState.Ok, SecretFilesCheck.Judge([("/x", Private)]).State);

        folder.Write(".env", "DATABASE_URL=postgresql://u:secret@h/d\n");
        Assert.Equal([folder[".env"]], Read().SecretFiles);
        folder.Write(".env", "DATABASE_URL=postgresql://u@h/d\n");
        Assert.Empty(Read().SecretFiles);
        folder.Write(".env", "DATABASE_URL=postgresql://u@h/d\nPGPASSWORD=secret\n");
        Assert.Equal([folder[".env"]], Read().SecretFiles);
        folder.Write("url", "postgresql://u:secret@h/d\n");
        folder.Write(".env", "DATABASE_URL=file:url\n");
        folder.Write("tidemark.json", """{ "Tidemark": { "DatabaseUrl": "host=h password=x" } }""");
        Assert.Equal([folder["tidemark.json"], folder["url"]], Read().SecretFiles);
    }

    [Fact]
    public void A_faulty_configuration_is_told_whole_and_what_can_be_read_still_is()
    {
        folder.Write(".env", "BACKUP_RETENTION_DAYS=0\nBACKUP_DIR=here\nDATABASE_URL=postgresql://u:secret@h:x/d\nBACKUP_DRI=y\n");
        var reading = Read();
        Assert.Equal(3, reading.Faults.Count);
        Assert.Equal(folder["here"], reading.Options.Stores[0].ToString());
        Assert.Contains(new SettingValue("DatabaseUrl", "***", ".env:3"), reading.Values);
        var check = ConfigurationCheck.Judge(reading);
        Assert.Equal((CheckState.Fail, 6), (check.State, check.Code!.Value.ExitCode));
        Assert.All(reading.Faults, fault => Assert.Contains(fault, check.Found, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", check.Found.Replace("(a secret)", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_folder_that_depends_on_where_one_stands_is_a_warning()
    {
        Assert.Equal((CheckState.Warn, $"export BACKUP_DIR={folder["backups"]}"), (ConfigurationCheck.Judge(Read()).State, ConfigurationCheck.Judge(Read()).Next));
        folder.Write(".env", "");
        Assert.Equal(CheckState.Ok, ConfigurationCheck.Judge(Read()).State);
    }

    [Fact]
    public void The_exit_code_is_that_of_the_first_failure()
    {
        CheckSubject database = new("a", "", FaultCode.Unreachable), store = new("b", "", FaultCode.Store);
        Assert.Equal(0, Check.ExitCode([database.Ok(""), store.Warn("", ""), database.NotLookedAt("")]));
        Assert.Equal(8, Check.ExitCode([database.Warn("", ""), store.Fail("", ""), database.Fail("", "")]));
        Assert.Equal(15, Check.ExitCode([store.Fail(new Fault(FaultCode.DiskFull, ""))]));
    }

    public void Dispose() => folder.Dispose();

    private ConfigurationReading Read() => ConfigurationReader.Inspect(folder.Path, new Dictionary<string, string>(), new Dictionary<string, string>());

    private static DumpEntry Entry(string key, double days, DumpState state = DumpState.Good, string server = "server")
    {
        var time = Now.AddDays(-days);
        return new()
        {
            Id = key,
            Key = key,
            Store = DumpStore.OfFolder("/"),
            Size = 1,
            State = state,
            Time = time,
            Manifest = new DumpManifest { Id = key, Database = "db", File = key, Format = "custom", Size = 1, Sha256 = "", ContentSha256 = "", DumpedBytes = 1, StartedAt = time, RecoveryPoint = time, FinishedAt = time, Check = "full", SystemIdentifier = server },
        };
    }
}
