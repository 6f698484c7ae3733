using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>The command lines that this product began with, run as they are, from the repository.</summary>
public sealed class OldCommandTests(Servers servers)
{
    [Theory]
    [InlineData("")]
    [InlineData("custom")]
    public async Task Make_db_backup_and_db_restore_back_up_swap_and_leave_the_way_back(string format)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        (await RunAsync(shop, "make", ["db-backup"], ("LABEL", "it-is"), ("BACKUP_FORMAT", format))).Ends();
        var file = Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "it-is.*.sql.gz").Single();
        Assert.Matches(@"/it-is\.[0-9a-f]{64}\.sql\.gz$", file);
        await shop.MoveOnAsync();

        var odd = Path.Combine(shop.Folder, "an 'odd' \"name\" $HOME.sql.gz");
        File.Copy(file, odd);
        (await RunAsync(shop, "make", ["db-restore"], ("FILE", odd), ("TO", shop.Database + " b'side"))).Ends();
        Assert.Equal((1, 2), (await shop.VersionAsync(shop.Database + " b'side"), await shop.VersionAsync()));

        var swapped = (await RunAsync(shop, "make", ["db-restore", "FILE=" + file])).Ends();
        Assert.Contains("tidemark undo", swapped.Output, StringComparison.Ordinal);
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Fact]
    public async Task Make_db_restore_hands_force_and_confirm_to_the_guard_and_asks_for_a_file()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        shop.Program.With("ENV", "production");
        Assert.NotEqual(0, (await RunAsync(shop, "make", ["db-restore"])).ExitCode);
        Assert.Contains("production guard", (await RunAsync(shop, "make", ["db-restore", "FILE=latest"])).Errors, StringComparison.Ordinal);
        Assert.Contains("production guard", (await RunAsync(shop, "make", ["db-restore", "FILE=latest"], ("FORCE", "1"))).Errors, StringComparison.Ordinal);
        Assert.Equal(2, await shop.VersionAsync());
        (await RunAsync(shop, "make", ["db-restore", "FILE=latest", "FORCE=1", "CONFIRM=" + shop.Database])).Ends();
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sql.gz")]
    public async Task Atb_db_backup_writes_the_dated_form_and_atb_tests_heartbeat_a_row(string format)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE TABLE system_events (event_type text, message text, created_at timestamptz)");
        var atb = Path.Combine(Workshop.Repository, "atb");
        (await RunAsync(shop, atb, ["db", "backup"], ("BACKUP_FORMAT", format))).Ends();
        Assert.Matches($@"/{shop.Database}/\d{{4}}/\d\d/\d\d/backup-\d{{8}}T\d{{6}}Z\.dump$", Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "*.dump", SearchOption.AllDirectories).Single());
        (await RunAsync(shop, atb, ["tests", "heartbeat"])).Ends();
        Assert.Equal("TEST Heartbeat", await shop.Server.ScalarAsync<string>(shop.Database, "SELECT event_type || ' ' || message FROM system_events"));
        (await RunAsync(shop, atb, ["db", "restore"])).Ends(2);
    }

    /// <summary>In the repository, as one types it; the SDK is there for the launcher, in case that the program is stale.</summary>
    private static async Task<ProgramResult> RunAsync(Shop shop, string file, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new System.Diagnostics.ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Workshop.Repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in shop.Program.Environment)
        {
            start.Environment[name] = value;
        }

        string[] own = ["PATH", "HOME", "DOTNET_ROOT", "NUGET_PACKAGES"];
        foreach (var name in own)
        {
            var value = Environment.GetEnvironmentVariable(name);
            start.Environment[name] = name == "PATH" ? $"{shop.Program.Environment["PATH"]}:{value}" : value;
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        await using var running = new RunningProgram(await ChildProcess.StartAsync(start), $"{file} {string.Join(' ', arguments)}");
        await running.WriteAsync(null);
        return await running.EndAsync(TimeSpan.FromMinutes(4));
    }
}
