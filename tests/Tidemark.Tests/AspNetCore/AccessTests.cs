using System.Text.RegularExpressions;
using Tidemark.Tests.Architecture;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

/// <summary>Who may do what, tried on every route with a token of every role; the table in docs/http-api.md says what must come out.</summary>
public sealed partial class AccessTests : IDisposable
{
    private static readonly string[] Known = ["viewer", "operator", "restorer", "admin"];

    private readonly TempFolder folder = new();

    [Fact]
    public async Task Every_route_lets_in_exactly_the_roles_that_the_page_names_and_nobody_without_a_token()
    {
        await using var service = await LiveService.StartAsync(folder);
        var table = Rows().Matches(Checkout.Read("docs/http-api.md")).Select(row => (Method: row.Groups[1].Value, Path: row.Groups[2].Value, Roles: row.Groups[3].Value.Split((char)124)[..4].Select(cell => cell.Trim() == "yes").ToArray())).ToList();
        Assert.Equal((await RoutesAsync(service)).Order(StringComparer.Ordinal), table.Select(row => $"{row.Method} {row.Path}").Order(StringComparer.Ordinal));

        var secrets = new Dictionary<string, string>();
        foreach (var role in Known) secrets[role] = (await service.Tokens.CreateAsync("test-" + role, role, [], null)).Secret;
        List<string> wrong = [];
        foreach (var (method, path, roles) in table)
        {
            var address = "/admin" + path.Replace("{id}", "none", StringComparison.Ordinal);
            foreach (var sent in new[] { null, "tidemark_nobody", secrets["viewer"] + "x" })
                if (await StatusAsync(service, method, address, sent) != 401) wrong.Add($"{method} {path} is open");
            foreach (var (role, at) in Known.Select((role, at) => (role, at)))
            {
                var status = await StatusAsync(service, method, address, secrets[role]);
                if (status == 401 || (status == 403) == roles[at]) wrong.Add($"{method} {path} answers {status} to a {role}");
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("download", "GET", "/admin/db/backups/none/download")]
    [InlineData("restore", "POST", "/admin/db/restore")]
    public async Task Download_and_restore_are_rights_that_a_viewer_may_have_beside_its_role(string right, string method, string path)
    {
        await using var service = await LiveService.StartAsync(folder);
        var with = (await service.Tokens.CreateAsync("with", "viewer", [right], null)).Secret;
        var without = (await service.Tokens.CreateAsync("without", "viewer", ["delete", "unknown"], null)).Secret;
        Assert.NotEqual(403, await StatusAsync(service, method, path, with));
        Assert.Equal(403, await StatusAsync(service, method, path, without));
        Assert.Equal(403, await StatusAsync(service, "DELETE", "/admin/db/backups/none", with));
        Assert.Equal(403, await StatusAsync(service, "DELETE", "/admin/db/backups/none", without));
    }

    [Fact]
    public async Task Nothing_but_health_and_the_description_is_open()
    {
        await using var service = await LiveService.StartAsync(folder);
        Assert.Equal(200, await StatusAsync(service, "GET", "/health/live", null));
        Assert.Equal(200, await StatusAsync(service, "GET", "/openapi/v1.json", null));
        using var answer = await service.SendAsync("GET", "/admin/status", token: null);
        Assert.Equal((401, "not-authenticated"), await LiveService.ProblemOf(answer));
        Assert.Equal("Bearer realm=\"tidemark\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    private static async Task<IEnumerable<string>> RoutesAsync(LiveService service)
    {
        using var answer = await service.SendAsync("GET", "/openapi/v1.json", token: null);
        var paths = (await LiveService.JsonOf(answer)).GetProperty("paths");
        return paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name["/admin".Length..]}"));
    }

    private static async Task<int> StatusAsync(LiveService service, string method, string path, string? token)
    {
        using var answer = await service.SendAsync(method, path, token: token);
        return (int)answer.StatusCode;
    }

    [GeneratedRegex(@"^\| `(GET|POST|PUT|DELETE) (/\S+)` \| \w+ \|((?:[^|\n]*\|){4})$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    public void Dispose() => folder.Dispose();
}
