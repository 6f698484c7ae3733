using System.Security.Cryptography;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class BackupsApiTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 16, 2, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();

    [Fact]
    public async Task Backups_are_listed_newest_first_and_in_bounded_parts()
    {
        for (var day = 0; day < 5; day++) StoredDump.Put(folder, $"day{day}.dump", Monday.AddDays(day));
        await using var service = await LiveService.StartAsync(folder);
        Assert.Equal(["day4.dump", "day3.dump", "day2.dump", "day1.dump", "day0.dump"], await FilesAsync(service, ""));
        Assert.Equal(["day3.dump", "day2.dump"], await FilesAsync(service, "?limit=2&offset=1"));
        Assert.Empty(await FilesAsync(service, "?database=other"));
        using var one = await service.SendAsync("GET", "/admin/db/backups/day3.dump");
        Assert.Equal("shop", (await LiveService.JsonOf(one)).GetProperty("database").GetString());
    }

    [Fact]
    public async Task A_download_is_the_file_byte_for_byte_and_recorded_and_audited_with_the_name_of_the_token()
    {
        var bytes = Put("whole.dump", 700_001);
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/admin/db/backups/whole.dump/download");
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("whole.dump", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:", answer.Headers.GetValues("Repr-Digest").Single());
        Assert.Contains("\"action\":\"DB_BACKUP_DOWNLOADED\",\"outcome\":\"ok\",\"actor\":\"admin\",\"database\":\"shop\"", await AuditAsync(service, "DOWNLOADED"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=300000-", 300_000, 400_001)]
    [InlineData("bytes=-10", 699_991, 10)]
    [InlineData("bytes=699999-800000", 699_999, 2)]
    public async Task One_range_may_be_asked_for(string range, int from, int length)
    {
        var bytes = Put("whole.dump", 700_001);
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/admin/db/backups/whole.dump/download", headers: ("Range", range));
        Assert.Equal(206, (int)answer.StatusCode);
        Assert.Equal($"bytes {from}-{from + length - 1}/700001", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(bytes[from..(from + length)], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var changed = await service.SendAsync("GET", "/admin/db/backups/whole.dump/download", headers: [("Range", range), ("If-Range", "\"another\"")]);
        Assert.Equal(200, (int)changed.StatusCode);
    }

    [Fact]
    public async Task Many_ranges_are_one_download_and_one_run()
    {
        Put("whole.dump", 700_001);
        await using var service = await LiveService.StartAsync(folder);
        for (var from = 0; from < 700_000; from += 100_000)
        {
            using var answer = await service.SendAsync("GET", "/admin/db/backups/whole.dump/download", headers: ("Range", $"bytes={from}-{from + 99_999}"));
            Assert.Equal(100_000, (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        }
        await AuditAsync(service, "DOWNLOADED");
        using var journal = Tidemark.Journal.JournalReader.Open(service.Workbench.State)!;
        Assert.Single(journal.Runs(new Tidemark.Journal.RunFilter(null, "download", null, 100)));
    }

    [Fact]
    public async Task A_service_that_stops_does_not_wait_for_who_reads_slowly()
    {
        Put("large.dump", 60_000_000);
        var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/admin/db/backups/large.dump/download");
        var audit = Path.Combine(service.Workbench.State, "audit.jsonl");
        // Nothing is read of it; the host itself would wait for more than a minute.
        await service.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains("DB_BACKUP_DOWNLOAD_CANCELLED", await File.ReadAllTextAsync(audit, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/db/backups/whole.dump/download", 700_001)]
    [InlineData("/admin/db/backups/whole.dump", null)]
    [InlineData("/health/live", null)]
    public async Task HEAD_is_answered_as_GET_without_a_body_and_is_no_download(string path, int? length)
    {
        Put("whole.dump", 700_001);
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("HEAD", path);
        Assert.Equal(200, (int)answer.StatusCode);
        if (length is not null) Assert.Equal(length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("DB_BACKUP_DOWNLOAD", await File.ReadAllTextAsync(Path.Combine(service.Workbench.State, "audit.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_refused()
    {
        Put("whole.dump", 1000);
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/admin/db/backups/whole.dump/download", headers: ("Range", "bytes=1000-"));
        Assert.Equal((416, "bytes */1000"), ((int)answer.StatusCode, answer.Content.Headers.ContentRange!.ToString()));
    }

    [Fact]
    public async Task A_damaged_backup_does_not_arrive_whole()
    {
        var bytes = Put("bad.dump", 700_001);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(folder["bad.dump"], bytes, TestContext.Current.CancellationToken);
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/admin/db/backups/bad.dump/download");
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Contains("verification-failed", await AuditAsync(service, "DOWNLOAD_FAILED"), StringComparison.Ordinal);
        // As verify would leave it: it is never latest again.
        using var again = await service.SendAsync("GET", "/admin/db/backups/bad.dump");
        Assert.Equal("damaged", (await LiveService.JsonOf(again)).GetProperty("state").GetString());
        using var latest = await service.SendAsync("GET", "/admin/db/backups/latest");
        Assert.Equal(404, (int)latest.StatusCode);
    }

    [Fact]
    public async Task A_pin_is_put_on_and_taken_off_in_the_name_of_the_token()
    {
        StoredDump.Put(folder, "day0.dump", Monday);
        await using var service = await LiveService.StartAsync(folder);
        using var without = await service.SendAsync("PUT", "/admin/db/backups/day0.dump/pin", "{}");
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(without));
        using var pinned = await service.SendAsync("PUT", "/admin/db/backups/day0.dump/pin", "{\"reason\": \"the audit\", \"until\": \"90d\"}");
        Assert.Equal(("the audit", "admin"), ((await LiveService.JsonOf(pinned)).GetProperty("reason").GetString(), (await LiveService.JsonOf(pinned)).GetProperty("by").GetString()));
        using var shown = await service.SendAsync("GET", "/admin/db/backups/day0.dump");
        Assert.Equal("the audit", (await LiveService.JsonOf(shown)).GetProperty("pin").GetProperty("reason").GetString());
        (await service.SendAsync("DELETE", "/admin/db/backups/day0.dump/pin")).EnsureSuccessStatusCode().Dispose();
        using var again = await service.SendAsync("DELETE", "/admin/db/backups/day0.dump/pin");
        Assert.Equal((404, "not-found"), await LiveService.ProblemOf(again));
    }

    [Fact]
    public async Task A_backup_is_removed_unless_it_is_the_last_good_one_or_pinned_or_nobody_s()
    {
        StoredDump.Put(folder, "old.dump", Monday);
        StoredDump.Put(folder, "held.dump", Monday.AddDays(1));
        StoredDump.Put(folder, "last.dump", Monday.AddDays(2));
        folder.Write("foreign.dump", "PGDMP");
        await using var service = await LiveService.StartAsync(folder);
        (await service.SendAsync("PUT", "/admin/db/backups/held.dump/pin", "{\"reason\": \"the audit\"}")).EnsureSuccessStatusCode().Dispose();
        foreach (var stays in new[] { "last.dump", "held.dump", "foreign.dump" })
        {
            using var refused = await service.SendAsync("DELETE", $"/admin/db/backups/{stays}");
            Assert.Equal((409, "refused"), await LiveService.ProblemOf(refused));
            Assert.True(File.Exists(folder[stays]));
        }
        using var gone = await service.SendAsync("DELETE", "/admin/db/backups/old.dump?reason=holds%20test%20data");
        Assert.Equal(204, (int)gone.StatusCode);
        Assert.Equal(["foreign.dump", "held.dump", "held.dump.json", "held.dump.pin.json", "last.dump", "last.dump.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var audited = await AuditAsync(service, "PURGED");
        Assert.Contains("admin asked for it: holds test data", audited, StringComparison.Ordinal);
        Assert.Contains("\"actor\":\"admin\"", audited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_no_good_backup_is_there_none_is_removed()
    {
        StoredDump.Put(folder, "unchecked.dump", Monday, manifest => manifest with { Check = "none" });
        await using var service = await LiveService.StartAsync(folder);
        using var refused = await service.SendAsync("DELETE", "/admin/db/backups/unchecked.dump");
        Assert.Equal((409, "refused"), await LiveService.ProblemOf(refused));
        Assert.True(File.Exists(folder["unchecked.dump"]));
    }

    private byte[] Put(string key, int size)
    {
        var bytes = Enumerable.Range(0, size).Select(at => (byte)(at * 31 >> 3)).ToArray();
        StoredDump.Put(folder, key, Monday, manifest => manifest with { Size = size, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) });
        File.WriteAllBytes(folder[key], bytes);
        return bytes;
    }

    private static async Task<string[]> FilesAsync(LiveService service, string query)
    {
        using var answer = await service.SendAsync("GET", "/admin/db/backups" + query);
        return [.. (await LiveService.JsonOf(answer)).GetProperty("backups").EnumerateArray().Select(one => one.GetProperty("file").GetString()!)];
    }

    /// <summary>The first event of this kind, when it has been written: an answer may be read before its run has ended.</summary>
    private static async Task<string> AuditAsync(LiveService service, string action)
    {
        var path = Path.Combine(service.Workbench.State, "audit.jsonl");
        while (true)
        {
            if (File.Exists(path) && (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).FirstOrDefault(line => line.Contains(action, StringComparison.Ordinal)) is { } found) return found;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => folder.Dispose();
}
