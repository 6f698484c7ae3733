using Tidemark.AspNetCore;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

/// <summary>How <c>tidemark serve</c> is reached: its address, a proxy in front, and how much of it one address may ask.</summary>
public sealed class ServeOptionsTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("https://127.0.0.1:1", null, null)]
    [InlineData("127.0.0.1:1", null, null)]
    [InlineData("", null, null)]
    [InlineData(";", null, null)]
    [InlineData("http://", null, null)]
    [InlineData("http://127.0.0.1:port", null, null)]
    [InlineData("http://127.0.0.1:99999", null, null)]
    [InlineData("http://127.0.0.1:1/backups", null, null)]
    [InlineData("http://db1.example:8432", null, null)]
    [InlineData("http://127.0.0.1:1", "backups", null)]
    [InlineData("http://127.0.0.1:1", "/backups/", null)]
    [InlineData("http://127.0.0.1:1", null, "proxy.example")]
    public void What_cannot_be_meant_is_wrong_usage(string urls, string? pathBase, string? proxy) =>
        Assert.Equal(FaultCode.Usage, Assert.Throws<Fault>(() => ServeOptions.Of(urls, pathBase, proxy is null ? [] : [proxy])).Code);

    [Fact]
    public async Task An_address_that_is_taken_is_one_failure_and_nothing_is_left_running()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var urls = $"http://{taken.LocalEndpoint}";
        var failed = await Assert.ThrowsAsync<Fault>(() => LiveService.StartAsync(folder, folder, [], ServeOptions.Of(urls, null, [])));
        Assert.Equal((FaultCode.Failed, $"--urls {urls}"), (failed.Code, failed.Where));
        // What was held is let go.
        Directory.Delete(folder.Path, recursive: true);
        Tidemark.Files.PrivateFolder.Ensure(folder.Path);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8432", false)]
    [InlineData("http://localhost:8432", false)]
    [InlineData("http://[::1]:8432", false)]
    [InlineData("http://0.0.0.0:8432", true)]
    [InlineData("http://[::]:8432", true)]
    [InlineData("http://192.0.2.1:8432", true)]
    public void Who_listens_beyond_this_machine_is_warned(string url, bool warned) => Assert.Equal(warned, ServeOptions.WarningOf(url) is not null);

    [Theory]
    [InlineData("127.0.0.1", null, "/outer/admin/tasks/")]
    [InlineData("192.0.2.1", null, "/admin/tasks/")]
    [InlineData("192.0.2.1", "/backups", "/backups/admin/tasks/")]
    public async Task Behind_a_proxy_addresses_are_those_that_it_is_reached_by_and_nobody_elses_word_is_taken(string proxy, string? pathBase, string expected)
    {
        await using var service = await LiveService.StartAsync(folder, folder, [], ServeOptions.Of("http://127.0.0.1:0", pathBase, [proxy]));
        using var answer = await service.SendAsync("POST", $"{pathBase}/admin/db/backup", "{}", headers: ("X-Forwarded-Prefix", "/outer"));
        Assert.StartsWith(expected, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_asks_too_much_is_refused_and_health_still_answers()
    {
        await using var service = await LiveService.StartAsync(folder);
        var refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, RequestRates.AtOnce * 2), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) =>
        {
            if (Volatile.Read(ref refused) > 0) return;
            using var answer = await service.SendAsync("GET", "/admin/none", token: null);
            if ((int)answer.StatusCode == 429) Interlocked.Increment(ref refused);
        });
        Assert.True(refused > 0, "nothing was refused");
        using var again = await service.SendAsync("GET", "/health/live", token: null);
        Assert.Equal(200, (int)again.StatusCode);
    }

    public void Dispose() => folder.Dispose();
}
