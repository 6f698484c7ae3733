using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

public sealed class RegressionDrillTests
{
    /// <summary>Every kind of object there is, and odd names.</summary>
    [Fact, Trait("takes", "minutes")]
    public async Task A_dump_of_PostgreSQLs_own_regression_database_passes()
    {
        await using var server = await PostgresServer.StartAsync(15);
        var database = await RegressionDatabase.MakeAsync(server);
        using var scratch = new Scratch("regression");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup")).Ends();
        var drill = await program.RunAsync("drill", "run", "latest", "--target", server.Url(), "--json");
        Assert.True(DrillShop.Result(drill) is "passed" or "passedWithRemarks", drill.ToString());
        Assert.All(DrillShop.Checks(drill).Values, check => Assert.NotEqual("failed", check.GetProperty("result").GetString()));
    }
}
