using System.Runtime.Versioning;
using System.Text.Json;
using Tidemark.Audit;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Audit;

[SupportedOSPlatform("linux")]
public sealed class AuditLogTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    [Fact]
    public void A_full_file_is_put_aside_under_the_time_of_the_next_line_and_no_line_is_lost()
    {
        var log = new AuditLog(folder.Path, fullAt: 300);
        for (var n = 0; n < 10; n++) log.Write(Event(n, Start.AddMinutes(n / 5)));
        var files = AuditLog.FilesIn(folder.Path).Select(Path.GetFileName).ToList();
        Assert.Equal(["audit-20261123T020000Z.jsonl", "audit-20261123T020000Z-2.jsonl", "audit-20261123T020100Z.jsonl", "audit-20261123T020100Z-2.jsonl", "audit.jsonl"], files);
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"db{n}"), Databases());
        Assert.All(AuditLog.FilesIn(folder.Path), file => Assert.InRange(new FileInfo(file).Length, 1, 300));
        Assert.All(AuditLog.FilesIn(folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Of_many_writers_across_many_files_no_line_is_lost_or_torn()
    {
        // Each opens the file for itself, as another process does.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (var n = 0; n < 25; n++) new AuditLog(folder.Path, fullAt: 600).Write(Event(writer * 25 + n, Start));
        })));
        Assert.True(AuditLog.FilesIn(folder.Path).Count > 20);
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"db{n}").Order(StringComparer.Ordinal), Databases().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_put_aside_takes_the_line_all_the_same()
    {
        var log = new AuditLog(folder["state"], fullAt: 10);
        log.Write(Event(0, Start));
        File.SetUnixFileMode(folder["state/audit.jsonl"], (UnixFileMode)0b110_110_110);
        File.SetUnixFileMode(folder["state"], (UnixFileMode)0b101_101_101);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        using (new AsNobody()) log.Write(Event(1, Start));
        File.SetUnixFileMode(folder["state"], (UnixFileMode)0b111_101_101);
        Assert.Equal(2, File.ReadAllLines(folder["state/audit.jsonl"]).Length);
    }

    [Fact]
    public void What_was_put_aside_is_kept_for_400_days_by_the_time_in_its_name_and_foreign_files_for_ever()
    {
        foreach (var name in new[] { "audit-20251018T020000Z.jsonl", "audit-20251018T020000Z-2.jsonl", "audit-20251020T020000Z.jsonl", "audit-notes.jsonl", "audit.jsonl" }) folder.Write(name, "");
        Assert.Empty(AuditLog.Sweep(folder.Path, Start));
        Assert.Equal(["audit-20251020T020000Z.jsonl", "audit-notes.jsonl", "audit.jsonl"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(AuditLog.Sweep(folder["nowhere"], Start));
    }

    [Fact]
    public void Who_follows_sees_each_line_from_now_on_once_and_whole_across_files()
    {
        var log = new AuditLog(folder.Path, fullAt: 500);
        log.Write(Event(0, Start));
        using var follower = new AuditFollower(folder.Path);
        Assert.Empty(follower.Read());
        log.Write(Event(1, Start));
        Assert.Equal(["db1"], Names(follower.Read()));
        for (var n = 2; n < 5; n++) log.Write(Event(n, Start));
        Assert.True(AuditLog.FilesIn(folder.Path).Count == 2, "one was put aside");
        Assert.Equal(["db2", "db3", "db4"], Names(follower.Read()));
        Assert.Empty(follower.Read());
    }

    [Fact]
    public void Who_follows_waits_for_the_other_half_of_a_line_and_for_the_log_itself()
    {
        using var follower = new AuditFollower(folder["state"]);
        Assert.Empty(follower.Read());
        folder.Write("state/audit.jsonl", "{\"half");
        Assert.Empty(follower.Read());
        File.AppendAllText(folder["state/audit.jsonl"], " ü\"}\n");
        Assert.Equal(["{\"half ü\"}"], follower.Read());
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string> Names(IEnumerable<string> lines) => lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("database").GetString()!);

    private IEnumerable<string> Databases() => AuditLog.FilesIn(folder.Path).SelectMany(file => Names(File.ReadAllLines(file)));

    private static AuditEvent Event(int n, DateTimeOffset at) => new() { At = at, Action = "DB_BACKUP_CREATED", Outcome = "ok", Actor = "me@here", Database = $"db{n}" };
}
