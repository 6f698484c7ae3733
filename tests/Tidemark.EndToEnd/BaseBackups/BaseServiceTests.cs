using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>Base backups over HTTP, judged by the command line.</summary>
public sealed class BaseServiceTests : IDisposable
{
    private readonly Scratch scratch = new("served");

    public BaseServiceTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task One_is_taken_verified_removed_and_pruned_over_http_and_the_last_good_one_and_a_pinned_one_stay()
    {
        await using var server = await PostgresServer.StartAsync(17);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await using var service = await Service.StartAsync(program);
        List<string> ids = [];
        foreach (var label in (string[])["first", "second", "third"])
        {
            using var body = new StringContent($"{{\"kind\": \"base\", \"label\": \"{label}\"}}", System.Text.Encoding.UTF8, "application/json");
            ids.Add((await EndedAsync(service, "admin/db/backup", body)).GetProperty("backupId").GetString()!);
        }
        var verified = await EndedAsync(service, $"admin/db/backups/{ids[0]}/verify");
        Assert.Equal(("verify", ids[0]), (verified.GetProperty("kind").GetString(), verified.GetProperty("backupId").GetString()));
        Assert.Equal(("good", "full"), await StateAsync(program, ids[0]));

        (await service.Http.PutAsync(new Uri($"admin/db/backups/{ids[1]}/pin", UriKind.Relative), new StringContent("{\"reason\": \"the audit\"}", System.Text.Encoding.UTF8, "application/json"), Token)).EnsureSuccessStatusCode();
        foreach (var (id, answer) in ids.Zip((int[])[204, 409, 409])) Assert.Equal(answer, await DeleteAsync(service, id));
        Assert.Equal(204, await DeleteAsync(service, ids[0]));
        foreach (var (id, state) in ids.Zip((string[])["expired", "good", "good"])) Assert.Equal(state, (await StateAsync(program, id)).State);
        Assert.Single((await File.ReadAllLinesAsync(Path.Combine(scratch["backups"], ".tidemark", "audit.jsonl"), Token)), line => line.Contains("DB_BACKUP_EXPIRED", StringComparison.Ordinal) && line.Contains("admin asked for it: holds test data", StringComparison.Ordinal));

        var plan = JsonDocument.Parse(await service.Http.GetStringAsync(new Uri("admin/db/retention", UriKind.Relative), Token)).RootElement;
        var bases = plan.GetProperty("bases")[0];
        Assert.True(plan.GetProperty("dryRun").GetBoolean());
        Assert.Equal((ids[0], 2), (bases.GetProperty("expired")[0].GetString(), bases.GetProperty("stay").GetArrayLength()));
        foreach (var path in Directory.EnumerateFiles(scratch["backups", "clusters"], "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(-8));
        Assert.Equal("prune", (await EndedAsync(service, "admin/db/prune")).GetProperty("kind").GetString());
        Assert.Equal(ids[1..].Order(), (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Select(one => one.GetProperty("id").GetString()).Order());
        (await program.RunAsync("verify", "--all")).Ends();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<JsonElement> EndedAsync(Service service, string path, HttpContent? content = null)
    {
        var task = await service.EndOfAsync(await service.EnqueueAsync(path, content));
        Assert.True(task.GetProperty("state").GetString() == "succeeded", task.ToString());
        return task;
    }

    private static async Task<int> DeleteAsync(Service service, string id)
    {
        using var answer = await service.Http.DeleteAsync(new Uri($"admin/db/backups/{id}?reason=holds%20test%20data", UriKind.Relative), Token);
        return (int)answer.StatusCode;
    }

    private static async Task<(string? State, string? Check)> StateAsync(TidemarkProgram program, string id)
    {
        var shown = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id);
        return (shown.GetProperty("state").GetString(), shown.GetProperty("check").GetString());
    }
}
