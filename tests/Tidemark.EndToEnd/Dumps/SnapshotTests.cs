using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

public sealed class SnapshotTests(Servers servers)
{
    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task The_recovery_point_is_the_start_of_the_snapshot_and_not_the_end_of_the_run(string format)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("snapshot");
        await server.ExecuteAsync(database, "CREATE TABLE held (x int); CREATE TABLE orders (note text); INSERT INTO orders VALUES ('before')");
        var before = await server.ScalarAsync<DateTime>(database, "SELECT clock_timestamp()");
        var program = TidemarkProgram.For(server, database, scratch.Folder);

        await using var holder = await Waiting.HoldAsync(server, database, "held");
        await using var running = await program.StartAsync("backup", "--format", format);
        await Waiting.UntilPgDumpWaitsAsync(server, database);
        var after = await server.ScalarAsync<DateTime>(database, "SELECT clock_timestamp()");
        await server.ExecuteAsync(database, "INSERT INTO orders VALUES ('after')");
        await holder.CloseAsync();
        (await running.EndAsync()).Ends(0);

        var folder = new BackupFolder(program);
        var point = folder.Manifest(folder.Dumps.Single()).GetProperty("recoveryPoint").GetDateTimeOffset();
        Assert.InRange(point, before, after);
        var restored = (await program.RunAsync("restore", "latest", "--json")).Ends(0).Json.GetProperty("database").GetString()!;
        Assert.Equal("before", await server.ScalarAsync<string>(restored, "SELECT string_agg(note, ',') FROM orders"));
    }
}
