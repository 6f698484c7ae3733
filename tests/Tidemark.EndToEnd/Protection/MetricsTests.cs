using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Protection;

public sealed class MetricsTests(Servers servers)
{
    [Fact]
    public async Task They_count_what_happened_and_lie_where_another_user_can_read_them()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), "It's \"odd\"\\ü");
        await shop.BackUpAsync();
        await shop.BackUpAsync();
        Assert.NotEqual(0, (await shop.Program.With("BACKUP_PGDUMP_PATH", "/bin/false").RunAsync("backup")).ExitCode);
        shop.Program.With("BACKUP_PGDUMP_PATH", null);
        var printed = (await shop.Program.RunAsync("metrics")).Ends().Output;
        var label = $"cluster=\"default\",kind=\"dump\",database=\"{shop.Database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        Assert.Contains($"db_backup_success_total{{{label}}} 2\n", printed, StringComparison.Ordinal);
        Assert.Contains($"db_backup_failure_total{{{label}}} 1\n", printed, StringComparison.Ordinal);
        Assert.Contains($"db_backup_purge_total{{{label}}} 0\n", printed, StringComparison.Ordinal);
        Assert.Contains("# TYPE tidemark_recovery_point_age_seconds gauge\n", printed, StringComparison.Ordinal);
        Assert.Contains("line=\"recovery\",state=\"at_risk\"} 1\n", printed, StringComparison.Ordinal);

        var file = Path.Combine(shop.Folder, "tidemark.prom");
        Assert.Equal("", (await shop.Program.RunAsync("metrics", "--output", "tidemark.prom")).Ends().Output);
        Assert.Equal((UnixFileMode)Convert.ToInt32("644", 8), File.GetUnixFileMode(file));
        Assert.Equal(Names(printed), Names(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
        await File.WriteAllTextAsync(file, "# HELP old\n", TestContext.Current.CancellationToken);
        (await shop.Program.RunAsync("metrics", "--output", "tidemark.prom")).Ends();
        Assert.Equal(Names(printed), Names(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)));
        Assert.Empty(Directory.GetFiles(shop.Folder, "*.pending"));
        (await shop.Program.RunAsync("metrics", "--output", "not there/tidemark.prom")).Ends(8);
        var mistaken = shop.Write("precious.txt", "not metrics");
        (await shop.Program.RunAsync("metrics", "--output", mistaken)).Ends(5);
        Assert.Equal("not metrics", await File.ReadAllTextAsync(mistaken, TestContext.Current.CancellationToken));
        Assert.True((await shop.Program.RunAsync("metrics", "--json")).Ends().Json.GetProperty("metrics").GetArrayLength() > 10);
    }

    private static string[] Names(string text) => [.. text.Split('\n').Select(line => line.StartsWith('#') ? line : line.Split(' ')[0])];
}
