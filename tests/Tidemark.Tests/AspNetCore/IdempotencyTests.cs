using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class IdempotencyTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task The_same_request_under_the_same_key_is_one_task_also_after_a_restart_and_another_request_is_refused()
    {
        string first;
        await using (var service = await LiveService.StartAsync(folder))
        {
            first = await TaskAsync(service, "{\"label\": \"one\"}", "key-1");
            Assert.Equal(first, await TaskAsync(service, "{ \"label\":\"one\" }", "key-1"));
            Assert.NotEqual(first, await TaskAsync(service, "{\"label\": \"one\"}", "key-2"));
            Assert.NotEqual(first, await TaskAsync(service, "{\"label\": \"one\"}", null));
            var other = (await service.Tokens.CreateAsync("other", "operator", [], null)).Secret;
            Assert.NotEqual(first, await TaskAsync(service, "{\"label\": \"one\"}", "key-1", other));
            using var reused = await service.SendAsync("POST", "/admin/db/backup", "{\"label\": \"two\"}", headers: ("Idempotency-Key", "key-1"));
            Assert.Equal((422, "idempotency-key-reused"), await LiveService.ProblemOf(reused));
        }
        await using var again = await LiveService.StartAsync(folder);
        Assert.Equal(first, await TaskAsync(again, "{\"label\": \"one\"}", "key-1"));
    }

    [Fact]
    public async Task A_restore_that_is_asked_for_again_is_answered_as_the_first_time_also_when_it_would_be_refused_by_now()
    {
        await using var service = await LiveService.StartAsync(folder);
        var wanted = new TaskRequest { Kind = "restore", Source = "latest" };
        var key = new RequestKey("admin", "key-1", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(wanted, TaskJson.Default.TaskRequest)))), TimeProvider.System.GetUtcNow());
        var first = service.Board.Enqueue(wanted, "admin", key).Id;
        // There is no backup, and no server either.
        using var answer = await service.SendAsync("POST", "/admin/db/restore", "{}", headers: ("Idempotency-Key", "key-1"));
        Assert.Equal((202, first), ((int)answer.StatusCode, (await LiveService.JsonOf(answer)).GetProperty("id").GetString()));
        using var other = await service.SendAsync("POST", "/admin/db/restore", "{}", headers: ("Idempotency-Key", "key-2"));
        Assert.Equal(404, (int)other.StatusCode);
    }

    [Fact]
    public async Task Of_50_at_once_under_one_key_all_are_told_of_the_one_task()
    {
        await using var service = await LiveService.StartAsync(folder);
        var tasks = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TaskAsync(service, "{}", "key")));
        Assert.Single(tasks.Distinct());
        using var journal = JournalReader.Open(service.Workbench.State)!;
        Assert.Single(journal.Runs(new RunFilter(null, "backup", null, 100)));
    }

    [Theory]
    [InlineData(201)]
    [InlineData(1000)]
    public async Task A_key_without_end_is_refused(int length)
    {
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("POST", "/admin/db/backup", "{}", headers: ("Idempotency-Key", new string('x', length)));
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(answer));
    }

    [Fact]
    public void A_key_is_forgotten_after_a_week()
    {
        using var journal = RunJournal.Open(folder.Path);
        var now = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("a", journal.TryQueueOnce(Row("a"), 20, new RequestKey("ci", "key", "body", now))!.Value.RunId);
        Assert.Equal("a", journal.TryQueueOnce(Row("b"), 20, new RequestKey("ci", "key", "body", now.AddDays(7)))!.Value.RunId);
        Assert.Equal("c", journal.TryQueueOnce(Row("c"), 20, new RequestKey("ci", "key", "body", now.AddDays(7).AddSeconds(1)))!.Value.RunId);
        Assert.Null(journal.TryQueueOnce(Row("d"), 2, new RequestKey("ci", "full", "body", now)));
        Assert.Equal("e", journal.TryQueueOnce(Row("e"), 20, new RequestKey("ci", "full", "other", now))!.Value.RunId);

        RunRow Row(string id) => new() { Id = id, Kind = "backup", Database = "shop", Actor = "ci", StartedAt = now, QueuedAt = now, State = RunState.Queued };
    }

    private static async Task<string> TaskAsync(LiveService service, string body, string? key, string token = LiveService.AdminToken)
    {
        using var answer = await service.SendAsync("POST", "/admin/db/backup", body, token, key is null ? [] : [("Idempotency-Key", key)]);
        Assert.Equal(202, (int)answer.StatusCode);
        var id = (await LiveService.JsonOf(answer)).GetProperty("id").GetString()!;
        Assert.Equal($"/admin/tasks/{id}", answer.Headers.Location!.ToString());
        return id;
    }

    public void Dispose() => folder.Dispose();
}
