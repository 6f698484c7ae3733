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
}
