using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>What status foretells of a restore, before each drill, against what the drill then takes. It runs alone: beside others each would take as long as they leave it.</summary>
[Collection(nameof(ForecastTests)), CollectionDefinition(nameof(ForecastTests), DisableParallelization = true)]
public sealed class ForecastTests
{
    /// <summary>Thousands of rows, in no order; the largest is 32 times the smallest.</summary>
    private static readonly int[] Sizes = [60, 240, 30, 480, 120, 960, 45, 360, 90, 720, 150];

    [Fact, Trait("takes", "minutes")]
    public async Task Ten_drills_of_different_sizes_take_what_was_foretold_to_a_third_in_the_middle()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var drills = await DrillShop.OpenAsync(server, "create table big (id bigint, note text, at timestamptz, amount numeric)");
        var database = drills.Shop.Database;
        var errors = new List<double>();
        foreach (var (thousands, number) in Sizes.Select((size, number) => (size, number)))
        {
            await server.ExecuteAsync(database, $"drop table big; create table big as select i::bigint as id, md5(i::text) || md5((i + 1)::text) as note, now() + i * interval '1 second' as at, (i * 7 % 1000)::numeric / 8 as amount from generate_series(1, {thousands * 1000}) i; alter table big add primary key (id); create index on big (note); create index on big (at)");
            await drills.Shop.BackUpAsync();
            var before = (await drills.Program.RunAsync("status", "--json")).Ends().Json.GetProperty("databases").EnumerateArray().Single(one => one.GetProperty("database").GetString() == database);
            Assert.Equal(number, before.GetProperty("restoresMeasured").GetInt32());
            var drill = (await drills.DrillAsync("latest")).Ends();
            var truth = drill.Json.GetProperty("measured").GetProperty("rtoSeconds").GetDouble();
            var restore = drill.Json.GetProperty("phases").EnumerateArray().Single(phase => phase.GetProperty("name").GetString() == "restore").GetProperty("seconds").GetDouble();
            var size = drill.Json.GetProperty("subject").GetProperty("size").GetInt64();
            if (number == 0)
            {
                Assert.Equal(JsonValueKind.Null, before.GetProperty("restoreForecastSeconds").ValueKind);
                Tell($"{thousands} k rows, {size} bytes: never measured; {truth:0.0} s, of which the restore {restore:0.0} s");
                continue;
            }
            var (p50, p90) = (before.GetProperty("restoreForecastSeconds").GetDouble(), before.GetProperty("restoreForecastP90Seconds"));
            errors.Add(Math.Abs(p50 - truth) / truth);
            Tell($"{thousands} k rows, {size} bytes: foretold {p50:0.0} s, up to {(p90.ValueKind == JsonValueKind.Null ? "?" : p90.GetDouble().ToString("0.0", CultureInfo.InvariantCulture))} s; {truth:0.0} s, of which the restore {restore:0.0} s; error {errors[^1]:P0}");
        }
        var median = errors.Order().Skip(4).Take(2).Average();
        Tell($"median error {median:P1}");
        Assert.Equal(10, errors.Count);
        Assert.True(median <= 0.3, $"median error {median:P0}");
    }

    private static void Tell(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
