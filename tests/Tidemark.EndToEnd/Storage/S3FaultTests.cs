using System.Diagnostics;
using System.Globalization;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

public sealed class S3FaultTests(Servers servers)
{
    [Fact]
    public async Task A_wrong_key_is_refused_and_told()
    {
        var place = await servers.NewPlaceAsync("s3");

        (await CheckAsync(place.With("AWS_SECRET_ACCESS_KEY", "not-the-secret"))).Fails(8, "store").Says("refuses access", place.Address, "AWS_SECRET_ACCESS_KEY");
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told()
    {
        var gateway = (await servers.S3Async()).Gateway;

        (await CheckAsync(new StorePlace("s3://no-such-bucket/backups", gateway.Variables))).Fails(8, "store").Says("no such bucket", "create the bucket");
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task An_endpoint_where_nobody_listens_is_told_before_two_minutes_are_over()
    {
        var gateway = (await servers.S3Async()).Gateway;
        var watch = Stopwatch.StartNew();

        (await CheckAsync(new StorePlace("s3://any/backups", gateway.Variables).With("AWS_ENDPOINT_URL", $"http://127.0.0.1:{Ports.Free()}")))
            .Fails(8, "store").Says("cannot be reached", "AWS_ENDPOINT_URL");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"it took {watch.Elapsed}");
    }

    [Fact]
    public async Task A_quota_that_is_used_up_in_the_middle_of_an_upload_counts_as_a_full_disk()
    {
        var server = await servers.S3Async();
        var place = await server.NewPlaceAsync();
        await server.LimitSizeAsync(place.Bucket, 10_000_000);

        (await CheckAsync(place)).Fails(15, "disk-full").Says("quota", "QuotaExceeded");
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_burst_of_refusals_by_an_overloaded_store_is_outlasted()
    {
        var server = await servers.S3Async();
        await using var relay = new Relay(server.Gateway.Port);
        var place = (await server.NewPlaceAsync()).With("AWS_ENDPOINT_URL", relay.Url);
        await server.LimitWritesAsync(place.Bucket, aMinute: 1);
        using var scratch = new Scratch();

        await using var check = await new TidemarkProgram(scratch.Folder).With(place).StartAsync("store", "check", place.Address);
        await relay.AnswersAsync("SlowDown");
        await server.EndLimitOfWritesAsync(place.Bucket);

        await check.SaysAsync("kept    what was put comes back", TimeSpan.FromMinutes(2));
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_store_that_stays_overloaded_is_told()
    {
        var server = await servers.S3Async();
        var place = await server.NewPlaceAsync();
        await server.LimitWritesAsync(place.Bucket, aMinute: 1);

        (await CheckAsync(place)).Fails(8, "store").Says("overloaded", "SlowDown");
    }

    [Fact]
    public async Task An_upload_goes_on_when_the_gateway_that_died_in_the_middle_of_it_comes_back()
    {
        await DyingAsync(async (_, gateway, _, check) =>
        {
            await gateway.StartAsync();

            await check.SaysAsync("kept    an object of several parts comes back", TimeSpan.FromMinutes(2));
        });
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_gateway_that_dies_in_the_middle_of_an_upload_and_stays_away_is_told_and_leaves_no_object()
    {
        await DyingAsync(async (server, _, place, check) =>
        {
            (await check.EndAsync(TimeSpan.FromMinutes(3))).Fails(8, "store").Says("cannot be reached");
            var left = await server.ObjectsAsync(place.Bucket);
            Assert.Contains(left, found => found.Key.StartsWith("_multipart_", StringComparison.Ordinal));
            // The one byte is of an upload before.
            Assert.DoesNotContain(left, found => !found.Key.StartsWith("_multipart_", StringComparison.Ordinal) && found.Size > 1);
        });
    }

    [Fact]
    public async Task A_bucket_that_locks_what_it_holds_takes_backups_and_gives_up_none()
    {
        var server = await servers.S3Async();
        var place = await server.NewPlaceAsync(locked: true);
        using var scratch = new Scratch();

        await using var check = await new TidemarkProgram(scratch.Folder).With(place).StartAsync("store", "check", place.Address);
        await check.SaysAsync("kept    an object that is there can be left, or replaced", TimeSpan.FromMinutes(2));

        // All of it was removed again, as far as the program can.
        Assert.Contains(await server.ObjectsAsync(place.Bucket), found => found.Key.EndsWith("/upload", StringComparison.Ordinal) && found.Size == 20_000_003);
    }

    [Fact]
    public async Task A_clock_that_is_two_days_slow_does_not_matter()
    {
        var server = await servers.S3Async();
        await using var relay = new Relay(server.Gateway.Port);
        var place = (await server.NewPlaceAsync()).With("AWS_ENDPOINT_URL", relay.Url);
        using var scratch = new Scratch();
        var program = new TidemarkProgram(scratch.Folder).With(place).WithClock("-2d");

        var slow = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        await using var check = await program.StartAsync("store", "check", place.Address);
        await check.SaysAsync("kept    what was put comes back");

        Assert.Contains($"X-Amz-Date: {slow}", relay.Begins, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A gateway is killed in the middle of the large upload of `store check`; then this is done.</summary>
    private async Task DyingAsync(Func<S3Server, S3Gateway, StorePlace, RunningProgram, Task> then)
    {
        var server = await servers.S3Async();
        await using var gateway = await server.OwnGatewayAsync();
        await using var relay = new Relay(gateway.Port);
        var place = (await server.NewPlaceAsync()).With("AWS_ENDPOINT_URL", relay.Url);
        using var scratch = new Scratch();

        await using var check = await new TidemarkProgram(scratch.Folder).With(place).StartAsync("store", "check", place.Address);
        await relay.PassAsync(12_000_000);
        await gateway.KillAsync();
        await then(server, gateway, place, check);
    }

    private static async Task<ProgramResult> CheckAsync(StorePlace place)
    {
        using var scratch = new Scratch();
        return await new TidemarkProgram(scratch.Folder).With(place).RunAsync("store", "check", place.Address);
    }
}
