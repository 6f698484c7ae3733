using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Hosting;

/// <summary>The service as a whole: it starts, does what it is asked, and ends when it is told to.</summary>
public sealed class ServeTests(Servers servers)
{
    [Fact]
    public async Task It_needs_no_configuration_beyond_the_environment_and_ends_on_SIGTERM()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var service = await Service.StartAsync(shop.Program);
        Assert.Equal("live", await service.Http.GetStringAsync("health/live", TestContext.Current.CancellationToken));
        (await service.StopAsync()).Ends();
    }

    [Fact]
    public async Task Who_has_no_token_yet_is_given_one_once()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var first = await shop.Program.StartAsync("serve", "--urls", "http://127.0.0.1:0");
        var address = await first.SaysLineAsync("listening on ");
        var secret = first.Errors.Split('\n')[0].Split(' ')[^1];
        Assert.StartsWith("tidemark_", secret, StringComparison.Ordinal);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        (await http.GetAsync(new Uri(address + "/admin/status"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode().Dispose();
        first.Terminate();
        Assert.DoesNotContain("tidemark_", (await first.EndAsync()).Ends().Output, StringComparison.Ordinal);
        await using var second = await shop.Program.StartAsync("serve", "--urls", "http://127.0.0.1:0");
        await second.SaysAsync("listening on http://");
        Assert.DoesNotContain("tidemark_", second.Errors, StringComparison.Ordinal);
    }
}
