using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>PostgreSQL's own regression database goes through both formats and comes back equal.</summary>
public sealed class RegressionTests
{
    [Fact]
    public Task The_regression_database_of_15_restores_to_an_equal_one_from_both_formats() => RoundTripAsync(15);

    [Theory]
    [Trait("takes", "minutes")]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(18)]
    public Task The_regression_database_of_other_majors_restores_to_an_equal_one_from_both_formats(int major) => RoundTripAsync(major);

    private static async Task RoundTripAsync(int major)
    {
        await using var server = await PostgresServer.StartAsync(major);
        var regression = await RegressionDatabase.MakeAsync(server);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, regression, scratch.Folder);
        foreach (var format in (string[])["custom", "sql.gz"])
        {
            (await program.RunAsync(["backup", "--format", format], null, TimeSpan.FromMinutes(5))).Ends(0);
            var restore = (await program.RunAsync(["restore", "latest", "--json"], null, TimeSpan.FromMinutes(5))).Ends(0);
            Assert.Empty(restore.Json.GetProperty("missing").EnumerateArray());
            var restored = restore.Json.GetProperty("database").GetString()!;
            await SchemaCompare.AssertEqualAsync(server, regression, server, restored);
            await server.ExecuteAsync("postgres", $"DROP DATABASE {PostgresServer.Quote(restored)}");
        }
    }
}
