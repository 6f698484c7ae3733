using Tidemark.AspNetCore.Problems;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class ProblemTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("GET", "/admin/db/backups/none", null, 404, "not-found")]
    [InlineData("GET", "/admin/tasks/none", null, 404, "not-found")]
    [InlineData("GET", "/admin/tasks?limit=0", null, 400, "usage")]
    [InlineData("GET", "/admin/tasks?limit=1001", null, 400, "usage")]
    [InlineData("GET", "/admin/tasks?limit=many", null, 400, "usage")]
    [InlineData("GET", "/admin/tasks?state=lost", null, 400, "usage")]
    [InlineData("GET", "/admin/db/backups?offset=-1", null, 400, "usage")]
    [InlineData("POST", "/admin/db/backup", "{", 400, "usage")]
    [InlineData("POST", "/admin/db/backup", "{\"lable\": \"x\"}", 400, "usage")]
    [InlineData("POST", "/admin/db/backup", "{\"label\": \"a/b\"}", 400, "bad-label")]
    [InlineData("POST", "/admin/db/backup", "{\"format\": \"tar\"}", 400, "usage")]
    [InlineData("POST", "/admin/db/restore", "{\"mode\": \"over\"}", 400, "usage")]
    [InlineData("POST", "/admin/db/restore", "{\"mode\": \"into\"}", 400, "usage")]
    [InlineData("POST", "/admin/db/restore", "{\"toDatabase\": \"other\"}", 400, "usage")]
    [InlineData("POST", "/admin/db/restore", "{\"backup\": \"/etc/passwd\"}", 400, "outside-store")]
    [InlineData("POST", "/admin/db/restore", "{\"backup\": \"../x.dump\"}", 400, "outside-store")]
    [InlineData("POST", "/admin/db/restore", "{\"backup\": \"lying-around.dump\"}", 404, "not-found")]
    [InlineData("POST", "/admin/db/restore", "{\"backup\": \"shop.dump\"}", 503, "database-unreachable")]
    [InlineData("DELETE", "/admin/db/backup", null, 405, "usage")]
    [InlineData("GET", "/elsewhere", null, 404, "not-found")]
    public async Task A_failure_is_a_problem_document_with_our_code(string method, string path, string? body, int status, string code)
    {
        // In the project's folder, where the command line would find it, but in no store.
        using var project = new TempFolder();
        project.Write("lying-around.dump", "PGDMP");
        StoredDump.Put(folder, "shop.dump", DateTimeOffset.UnixEpoch);
        File.WriteAllText(folder["shop.dump"], "PGDMP");
        await using var service = await LiveService.StartAsync(folder, project, []);
        using var answer = await service.SendAsync(method, path, body);
        Assert.Equal((status, code), await LiveService.ProblemOf(answer));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("planted-password", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_body_of_more_than_64_KiB_is_refused()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("POST", "/admin/db/backup", $"{{\"label\": \"{new string('x', 65_536)}\"}}");
        Assert.Equal((413, "too-large"), await LiveService.ProblemOf(answer));
    }

    [Fact]
    public async Task A_body_of_another_type_is_a_problem_document_too()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("POST", "/admin/db/backup", new StringContent("label=x", System.Text.Encoding.UTF8, "text/plain"));
        Assert.Equal((415, "usage"), await LiveService.ProblemOf(answer));
    }

    [Theory]
    [InlineData("if you mean it: add --force --confirm shop", "if you mean it: add \"force\": true, \"confirm\": \"shop\"")]
    [InlineData("add --confirm 'odd name' if its contents may be changed", "add \"confirm\": \"odd name\" if its contents may be changed")]
    [InlineData("--confirm was not given", "confirm was not given")]
    [InlineData("--confirm says \"x\"", "confirm says \"x\"")]
    [InlineData("use --swap: the same result", "use mode swap: the same result")]
    [InlineData("tidemark list", "GET /db/backups")]
    [InlineData("ask again when some of them have ended: tidemark runs list", "ask again when some of them have ended: GET /tasks")]
    [InlineData("tidemark doctor", "tidemark doctor")]
    public void What_is_said_of_options_is_said_of_fields(string said, string overHttp) => Assert.Equal(overHttp, HttpWords.Of(said));

    [Fact]
    public void Secrets_are_masked_and_the_status_is_that_of_the_code()
    {
        var problem = Problem.Of(new Fault(FaultCode.Locked, "a secret word") { Where = "secret", Why = "secret", Left = "secret", Next = "secret" }, text => text.Replace("secret", "***"));
        Assert.Equal(("a *** word", "***", "***", "***", "***", "a *** word (***): ***"), (problem.Title, problem.Where, problem.Why, problem.Left, problem.Next, problem.Detail));
        Assert.Equal(("urn:tidemark:locked", 409, "locked"), (problem.Type, problem.Status, problem.Code));
    }

    public void Dispose() => folder.Dispose();
}
