using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Standbys;

/// <summary>The watch of the service over a link that is cut for a minute, under the load of pgbench, on each pair of versions.</summary>
[Trait("takes", "minutes")]
public sealed class StandbyLinkTests
{
    [Theory]
    [InlineData(15, 15)]
    [InlineData(15, 17)]
    [InlineData(15, 18)]
    public async Task A_cut_link_is_seen_told_caught_up_and_over_and_a_killed_primary_loses_at_most_five_seconds(int older, int newer)
    {
        await using var primary = await StandbyPair.StartPrimaryAsync(older);
        await using var standby = await StandbyPair.StartPrimaryAsync(newer);
        await using var link = new Relay(primary.Port);
        await using var pair = await StandbyPair.OpenAsync(primary, standby, "CREATE TABLE beats (at timestamptz PRIMARY KEY)");
        await ChildProcess.OutputAsync(Path.Combine(primary.Programs, "pgbench"), ["--initialize", "--quiet", primary.SocketUrl(pair.Database)]);
        await primary.ExecuteAsync(pair.Database, "ALTER TABLE pgbench_history ADD COLUMN id bigserial PRIMARY KEY");
        pair.Program.With("SEEN", $"postgresql://postgres@127.0.0.1:{link.Port}/{pair.Database}");
        (await pair.CreateAsync("--source-url", "env:SEEN", "--objective", "15s")).Ends();
        var load = ChildProcess.OutputAsync(Path.Combine(primary.Programs, "pgbench"), ["--time=90", "--client=2", "--rate=100", primary.SocketUrl(pair.Database)]);

        await using (var service = await Service.StartAsync(pair.Program))
        {
            await Restores.Until.TrueAsync(async () => (await MetricsAsync(service)).Contains("tidemark_standby_following{cluster=\"default\",database=\"" + pair.Database + "\",standby=\"" + pair.Name + "\"} 1", StringComparison.Ordinal));
            link.Cut();
            await Restores.Until.TrueAsync(() => Task.FromResult(Audited(pair).Contains("DB_STANDBY_LATE")));
            Assert.Contains("late", (await pair.StatusAsync(12)).GetProperty("state").GetString(), StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromSeconds(40), TestContext.Current.CancellationToken);
            link.Heal();
            await Restores.Until.TrueAsync(() => Task.FromResult(Audited(pair).Contains("DB_STANDBY_FOLLOWING")));
            await load;
            await pair.EqualAsync();
        }

        using var stop = new CancellationTokenSource();
        var last = BeatAsync(pair, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await primary.CrashAsync();
        await stop.CancelAsync();
        (await pair.Program.RunAsync("standby", "promote", pair.Name)).Ends();
        var came = await standby.ScalarAsync<DateTime>(pair.Database, "SELECT max(at) FROM beats");
        Assert.InRange((await last - came).TotalSeconds, 0, 5);
        // Renewed load gives out no number twice.
        await ChildProcess.OutputAsync(Path.Combine(standby.Clients, "pgbench"), ["--no-vacuum", "--transactions=200", "--client=2", standby.SocketUrl(pair.Database)]);
    }

    private static Task<string> MetricsAsync(Service service) => service.Http.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);

    private static List<string> Audited(StandbyPair pair) => [.. File.ReadLines(Path.Combine(pair.State, "audit.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()!)];

    /// <returns>The newest row that was acknowledged.</returns>
    private static async Task<DateTime> BeatAsync(StandbyPair pair, CancellationToken stop)
    {
        var last = DateTime.MinValue;
        try
        {
            while (!stop.IsCancellationRequested) last = await pair.Primary.ScalarAsync<DateTime>(pair.Database, "INSERT INTO beats VALUES (clock_timestamp()) RETURNING at");
        }
        catch (Npgsql.NpgsqlException)
        {
            // The primary was killed.
        }
        return last;
    }
}
