using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

/// <summary>A store that fails while a backup is on its way to it: the backup ends whole, or says why, and nothing half can be seen.</summary>
public sealed class BackupFaultTests(Servers servers)
{
    [Theory]
    [InlineData("the program")]
    [InlineData("the gateway")]
    public async Task Whoever_dies_in_the_middle_of_an_upload_nothing_can_be_seen_and_nothing_stays(string dies)
    {
        await using var watched = await WatchedBackup.OpenAsync(servers);
        await using var backup = await watched.HalfSentAsync();
        if (dies == "the program") backup.Kill();
        else await watched.Gateway.KillAsync();
        var ended = await backup.EndAsync();
        if (dies == "the gateway")
        {
            ended.Fails(8, "store").Says("cannot be reached");
            await watched.Gateway.StartAsync();
        }

        await watched.AssertNothingStaysAsync(swept: true);
    }

    [Theory]
    [InlineData("a moment")]
    [InlineData("until it is asked again", Traits = ["takes", "minutes"])]
    public async Task A_gateway_that_hangs_for_a_while_is_outlasted(string lasts)
    {
        await using var watched = await WatchedBackup.OpenAsync(servers);
        await using var backup = await watched.HalfSentAsync();
        watched.Gateway.Stop();
        await watched.Relay.StandsStillAsync();
        if (lasts != "a moment") await watched.Relay.ConnectsAsync();
        watched.Gateway.Continue();

        (await backup.EndAsync()).Ends();

        await watched.AssertIsGoodAsync();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_gateway_that_hangs_for_good_is_told_within_two_minutes_and_the_next_run_sweeps()
    {
        await using var watched = await WatchedBackup.OpenAsync(servers);
        await using var backup = await watched.HalfSentAsync();
        watched.Gateway.Stop();
        var watch = Stopwatch.StartNew();

        (await backup.EndAsync(TimeSpan.FromMinutes(4))).Fails(8, "store").Says("cannot be reached", "no answer within 45 s");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"it took {watch.Elapsed}");
        await watched.Gateway.KillAsync();
        await watched.Gateway.StartAsync();
        await watched.AssertNothingStaysAsync(swept: true);
    }

    [Fact]
    public async Task A_burst_of_refusals_in_the_middle_of_a_backup_is_outlasted()
    {
        await using var watched = await WatchedBackup.OpenAsync(servers);
        await watched.Server.LimitWritesAsync(watched.Place.Bucket, aMinute: 2);
        await using var backup = await watched.StartAsync();
        await watched.Relay.AnswersAsync("SlowDown");
        await watched.Server.EndLimitOfWritesAsync(watched.Place.Bucket);

        (await backup.EndAsync()).Ends();

        await watched.AssertIsGoodAsync();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task Refusals_that_do_not_end_are_told_and_leave_nothing()
    {
        await using var watched = await WatchedBackup.OpenAsync(servers);
        // Of the three parts one passes in the next minute: the others have been tried for long enough by then.
        await watched.Server.LimitWritesAsync(watched.Place.Bucket, aMinute: 1);
        await using var backup = await watched.StartAsync();

        (await backup.EndAsync(TimeSpan.FromMinutes(3))).Fails(8, "store").Says("overloaded", "SlowDown", "tries within");

        await watched.Server.EndLimitOfWritesAsync(watched.Place.Bucket);
        await watched.AssertNothingStaysAsync(swept: false);
    }

    [Theory]
    [InlineData(1_000_000, 4_000_000)]
    [InlineData(10_000_000, 8_000_000, Traits = ["takes", "minutes"])]
    [InlineData(1_000_000, 250_000, Traits = ["takes", "minutes"])]
    public async Task Over_a_slow_link_a_backup_ends_whole_in_150_MB_of_memory(int rows, int bytesPerSecond)
    {
        // More than that would be held if it were kept until the link can take it.
        await using var watched = await WatchedBackup.OpenAsync(servers, bytesPerSecond, WatchedBackup.Noise.Replace("1000000", $"{rows}", StringComparison.Ordinal));
        await using var backup = await watched.StartAsync();
        var peak = 0L;
        while (!backup.HasEnded)
        {
            peak = Math.Max(peak, PeakOf(backup.Id));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        (await backup.EndAsync()).Ends();

        Assert.InRange(peak, 1, 150_000_000);
        await watched.AssertIsGoodAsync();
    }

    [Theory]
    [InlineData("the program", Traits = ["takes", "minutes"])]
    [InlineData("the server")]
    public async Task Whoever_dies_in_the_middle_of_an_upload_by_SFTP_nothing_can_be_seen_and_nothing_stays(string dies)
    {
        SftpServer.Require();
        await using var server = await SftpServer.StartAsync();
        var place = server.NewPlace();
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: WatchedBackup.Noise);
        shop.Program.With(place);
        await using var backup = await shop.Program.StartAsync("backup");
        await server.UploadingAsync(place);
        if (dies == "the program") backup.Kill();
        else await server.KillAsync();
        var ended = await backup.EndAsync();
        if (dies == "the server")
        {
            ended.Fails(8, "store").Says("SFTP server");
            await server.RunAsync();
        }
        Assert.NotEmpty(server.Pending(place));
        Assert.DoesNotContain(server.Objects(place).Keys, IsOfABackup);
        Assert.Empty(await ListAsync(shop));

        (await shop.Program.RunAsync("backup")).Ends().Says("swept an unfinished dump of a run that was ended");

        Assert.Single(await ListAsync(shop));
        (await shop.Program.RunAsync("verify", "--all")).Ends();
        Assert.Empty(server.Pending(place));
    }

    [Theory]
    [InlineData("the program", Traits = ["takes", "minutes"])]
    [InlineData("the server", Traits = ["takes", "minutes"])]
    public async Task Whoever_dies_in_the_middle_of_an_upload_to_Azure_nothing_can_be_seen(string dies)
    {
        const string Variable = "AZURE_STORAGE_CONNECTION_STRING";
        AzureServer.Require();
        await using var server = await AzureServer.StartAsync();
        var place = await server.NewPlaceAsync();
        // It forgets a container that was made just before it is killed.
        await server.StopAsync();
        await server.RunAsync();
        await using var relay = new Relay(server.Port);
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: WatchedBackup.Noise);
        shop.Program.With(place.With(Variable, place.Variables[Variable].Replace($":{server.Port}", $":{relay.Port}", StringComparison.Ordinal)));
        var halfSent = relay.PassAsync(9_000_000);
        await using var backup = await shop.Program.StartAsync("backup");
        await halfSent;
        if (dies == "the program") backup.Kill();
        else await server.KillAsync();
        var ended = await backup.EndAsync();
        if (dies == "the server")
        {
            ended.Fails(8, "store").Says("cannot be reached");
            await server.RunAsync();
        }
        Assert.Empty(await ListAsync(shop));

        await shop.BackUpAsync();

        Assert.Single(await ListAsync(shop));
        (await shop.Program.RunAsync("verify", "--all")).Ends();
    }

    [Fact]
    public async Task A_disk_of_an_SFTP_server_that_fills_up_leaves_the_old_backups_whole_and_nothing_half()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root: a full disk cannot be made");
        var server = await servers.SftpAsync();
        var place = server.NewPlace();
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With(place);
        await using var disk = await SmallDisk.MountAsync(server.FolderOf(place), "6m", owner: "daemon");
        var old = await shop.BackUpAsync();
        var before = server.Objects(place);
        await shop.Server.ExecuteAsync(shop.Database, WatchedBackup.Noise);

        (await shop.Program.RunAsync("backup")).Fails(15, "disk-full").Says("disk of the SFTP server is full", place.Address);

        Assert.Equal(before, server.Objects(place));
        Assert.Empty(server.Pending(place));
        Assert.Equal(old, Assert.Single(await ListAsync(shop)).GetProperty("id").GetString());
        (await shop.Program.RunAsync("verify", "--all")).Ends();
    }

    [Fact]
    public async Task A_clock_that_is_two_hours_wrong_fools_neither_the_store_nor_latest_nor_retention()
    {
        var server = await servers.S3Async();
        await using var relay = new Relay(server.Gateway.Port);
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With((await server.NewPlaceAsync()).With("AWS_ENDPOINT_URL", relay.Url)).With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "3");
        var right = await shop.BackUpAsync();
        shop.Program.WithClock("+2h");
        var fast = await shop.BackUpAsync();
        shop.Program.WithClock("-2h");
        var slow = await shop.BackUpAsync();

        // All of them are ahead of this clock: none of them can be old.
        shop.Program.With("BACKUP_RETENTION_COUNT", "1");
        (await shop.Program.RunAsync("prune")).Ends();
        Assert.Contains("so a clock was wrong", (await shop.Program.RunAsync("show", "latest")).Ends().Errors, StringComparison.Ordinal);
        foreach (var wrongBy in (string?[])["-2h", "+2h", null])
        {
            shop.Program.WithClock(wrongBy);
            // By the clock of the database.
            Assert.Equal([slow, fast, right], (await ListAsync(shop)).Select(backup => backup.GetProperty("id").GetString()));
            Assert.Equal(slow, (await shop.Program.RunAsync("show", "latest", "--json")).Ends().Json.GetProperty("id").GetString());
        }
        (await shop.Program.RunAsync("prune")).Ends();
        Assert.Equal(slow, Assert.Single(await ListAsync(shop)).GetProperty("id").GetString());
    }

    private static bool IsOfABackup(string name) => name.Contains(".dump", StringComparison.Ordinal) || name.Contains(".globals", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Shop shop) => [.. (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray()];

    /// <summary>The most memory that it ever had, in bytes; 0 when it has ended.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
