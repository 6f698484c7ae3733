using System.Text.Json;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

/// <summary>A backup of several parts to S3, through a relay and a gateway of the test's own.</summary>
internal sealed class WatchedBackup : IAsyncDisposable
{
    /// <summary>18 MB when it is stored.</summary>
    public const string Noise = "CREATE TABLE noise AS SELECT string_agg(md5(random()::text), '') AS text FROM generate_series(1, 1000000) i GROUP BY i / 50;";

    private WatchedBackup(S3Server server, S3Gateway gateway, StorePlace place, Relay relay, Shop shop) => (Server, Gateway, Place, Relay, Shop) = (server, gateway, place, relay, shop);

    public S3Server Server { get; }

    public S3Gateway Gateway { get; }

    public StorePlace Place { get; }

    public Relay Relay { get; }

    public Shop Shop { get; }

    /// <param name="servers">Of the test run.</param>
    /// <param name="bytesPerSecond">Of the relay.</param>
    /// <param name="noise">Fills the database.</param>
    public static async Task<WatchedBackup> OpenAsync(Servers servers, long bytesPerSecond = 0, string noise = Noise)
    {
        var server = await servers.S3Async();
        var gateway = await server.OwnGatewayAsync();
        var place = await server.NewPlaceAsync() with { Variables = gateway.Variables };
        var relay = new Relay(gateway.Port, bytesPerSecond);
        var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: noise);
        shop.Program.With(place.With("AWS_ENDPOINT_URL", relay.Url));
        return new WatchedBackup(server, gateway, place, relay, shop);
    }

    public Task<RunningProgram> StartAsync() => Shop.Program.StartAsync("backup");

    /// <summary>Starts it and comes back when the first part is there and others are on their way.</summary>
    public async Task<RunningProgram> HalfSentAsync()
    {
        var halfSent = Relay.PassAsync(9_000_000);
        var backup = await StartAsync();
        await halfSent;
        return backup;
    }

    /// <summary>From now on nothing is in the way.</summary>
    public void Heal() => Shop.Program.With("AWS_ENDPOINT_URL", Gateway.Url);

    public async Task AssertIsGoodAsync()
    {
        Heal();
        Assert.Equal("good", Assert.Single(await ListAsync()).GetProperty("state").GetString());
        (await Shop.Program.RunAsync("verify", "--all")).Ends();
        Assert.Empty(await PartsAsync());
    }

    /// <summary>What failed is no backup and no object; the next run takes one, and of the other not even a part stays.</summary>
    /// <param name="swept">Parts were left, and the next run tells that it sweeps them.</param>
    public async Task AssertNothingStaysAsync(bool swept)
    {
        Heal();
        Assert.Empty(await ListAsync());
        Assert.DoesNotContain(await Server.ObjectsAsync(Place.Bucket), found => found.Key.Contains(".dump", StringComparison.Ordinal) && !IsPart(found.Key));
        if (swept) Assert.NotEmpty(await PartsAsync());
        var next = (await Shop.Program.RunAsync("backup")).Ends();
        if (swept) Assert.Contains("swept an unfinished dump of a run that was ended", next.Errors, StringComparison.Ordinal);
        await AssertIsGoodAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Gateway.DisposeAsync();
        Shop.Dispose();
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync() => [.. (await Shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray()];

    /// <summary>Of uploads that were not completed.</summary>
    private async Task<IReadOnlyList<string>> PartsAsync() => [.. (await Server.ObjectsAsync(Place.Bucket)).Select(found => found.Key).Where(IsPart)];

    private static bool IsPart(string key) => key.StartsWith("_multipart_", StringComparison.Ordinal);
}
