namespace Tidemark.EndToEnd.Standbys;

public sealed class StandbyDropTests(StandbyServers servers) : IClassFixture<StandbyServers>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_either_side_was_destroyed_nothing_is_left_on_the_other(bool primaryIsGone)
    {
        await using var primary = primaryIsGone ? await StandbyPair.StartPrimaryAsync(15) : null;
        await using var standby = primaryIsGone ? null : await StandbyPair.StartPrimaryAsync(15);
        await using var pair = await StandbyPair.OpenAsync(primary ?? servers.Primary, standby ?? servers.Standby);
        (await pair.CreateAsync()).Ends();
        await (primary ?? standby!).CrashAsync();

        var first = (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends(3);
        Assert.Contains("cannot be reached", first.Output, StringComparison.Ordinal);
        var (alive, database) = primaryIsGone ? (servers.Standby, "postgres") : (servers.Primary, pair.Database);
        Assert.Equal(0, await pair.OursAsync(alive, database));
        Assert.Equal(primaryIsGone ? 0 : 1, await alive.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{pair.Database}'"));
        (await pair.Program.RunAsync("standby", "drop", pair.Name, "--gone")).Ends();
        (await pair.Program.RunAsync("standby", "drop", pair.Name)).Ends(4);
    }
}
