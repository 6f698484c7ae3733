using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>Each bad input has its own exit code and a message in one shape, and leaves nothing half-done.</summary>
public sealed class BadInputTests(Servers servers)
{
    [Fact]
    public async Task A_wrong_password_ends_with_7_and_is_not_repeated()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Password = "right" });
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        var url = server.Url();
        var wrong = (await program.With("DATABASE_URL", url.Replace("right", "wrong-one", StringComparison.Ordinal)).RunAsync("backup")).Fails(7, "access-denied").Says("password authentication failed");
        Assert.DoesNotContain("wrong-one", wrong.Errors, StringComparison.Ordinal);
        (await program.With("DATABASE_URL", url.Replace(":right", "", StringComparison.Ordinal)).RunAsync("backup")).Fails(7, "access-denied").Says("the server asks for a password");
        AssertNothingLeft(program);
    }

    [Theory]
    [InlineData("postgresql://postgres@no-such-host.invalid:5432/postgres", "no-such-host.invalid")]
    [InlineData("postgresql://postgres@127.0.0.1:9/postgres", "127.0.0.1:9")]
    [InlineData("postgresql://postgres@%2Fno%2Fsuch%2Ffolder/postgres", "no server listens on /no/such/folder/.s.PGSQL.5432")]
    public async Task A_server_that_is_not_there_ends_with_7(string url, string named)
    {
        using var scratch = new Scratch();
        var program = new TidemarkProgram(scratch.Folder).With("DATABASE_URL", url).With("BACKUP_DIR", scratch["backups"]);
        (await program.RunAsync("backup")).Fails(7, "database-unreachable").Says("the server cannot be reached", named);
        AssertNothingLeft(program);
    }

    [Fact]
    public async Task A_database_that_is_not_there_ends_with_7()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "never made", scratch.Folder);
        (await program.RunAsync("backup")).Fails(7, "database-unreachable").Says("the database does not exist", "never made");
        AssertNothingLeft(program);
    }

    [Fact]
    public async Task No_database_at_all_ends_with_6()
    {
        using var scratch = new Scratch();
        var program = new TidemarkProgram(scratch.Folder).With("BACKUP_DIR", scratch["backups"]);
        (await program.RunAsync("backup")).Fails(6, "no-database-configured").Says("DATABASE_URL");
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Theory]
    [InlineData("this is no setting\n", ".env:1")]
    [InlineData("\nBACKUP_RETENTION_DAYS=0\n", ".env:2")]
    [InlineData("BACKUP_FORMAT=zip\n", ".env:1")]
    [InlineData("DATABASE_URL=mysql://user:secret-word@x/y\n", ".env:1")]
    [InlineData("DATABASE_URL=mysql://user:secret-word@x/y?a=b\n", ".env:1")]
    public async Task A_bad_setting_ends_with_6_and_says_where_it_stands(string text, string where)
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch[".env"], text, TestContext.Current.CancellationToken);
        var result = (await new TidemarkProgram(scratch.Folder).RunAsync("backup")).Fails(6, "configuration", why: false).Says(where, "tidemark config check");
        Assert.DoesNotContain("secret-word", result.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("-dash")]
    [InlineData(".hidden")]
    [InlineData("new\nline")]
    [InlineData("Größe")]
    [InlineData("quote'")]
    [InlineData("star*")]
    public async Task A_label_that_a_file_name_cannot_hold_ends_with_2(string label)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        (await program.RunAsync("backup", "--format", "sql.gz", $"--label={label}")).Fails(2, "bad-label");
        AssertNothingLeft(program);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(scratch.Folder), entry => Path.GetFileName(entry) != "backups");
    }

    [Theory]
    [InlineData("--format", "tar")]
    [InlineData("--kind", "incr")]
    [InlineData("--type", "full")]
    [InlineData("--colour", "red")]
    public async Task A_flag_that_is_not_known_ends_with_2(string flag, string value)
    {
        using var scratch = new Scratch();
        var program = new TidemarkProgram(scratch.Folder).With("DATABASE_URL", "postgresql://postgres@127.0.0.1:9/postgres");
        (await program.RunAsync("backup", flag, value)).Fails(2, "usage", why: false);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Fact]
    public async Task A_backup_that_is_not_there_is_4_an_ambiguous_one_2_and_a_path_that_climbs_out_5()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        foreach (var command in (string[])["verify", "restore", "show"])
        {
            (await program.RunAsync(command, "latest")).Fails(4, "not-found").Says("there is no good backup");
            (await program.RunAsync(command, "abcdef")).Fails(4, "not-found").Says("\"abcdef\"");
            (await program.RunAsync(command, "../outside.dump")).Fails(5, "outside-store");
        }
        (await program.RunAsync("verify", "--all")).Fails(4, "not-found", why: false);
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "same")).Ends(0);
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "same")).Ends(0);
        foreach (var command in (string[])["verify", "restore", "show"])
            (await program.RunAsync(command, "same")).Fails(2, "ambiguous").Says("fits 2 backups");
        Assert.Equal(["postgres"], await DatabasesAsync(server, "postgres"));
    }

    [Fact]
    public async Task A_second_backup_of_a_database_that_is_being_backed_up_ends_with_11()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("busy");
        await server.ExecuteAsync(database, "CREATE TABLE held (x int)");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var holder = await Waiting.HoldAsync(server, database, "held");
        await using var first = await program.StartAsync("backup");
        await Waiting.UntilPgDumpWaitsAsync(server, database);
        (await program.RunAsync("backup")).Fails(11, "locked").Says($"the backup of \"{database}\" is in use", $"process {first.Id} on");
        Assert.Single(new BackupFolder(program).Pending, Directory.Exists);

        // Another database is nobody's business.
        (await program.RunAsync("backup", "--database", "postgres")).Ends(0);
        await holder.DisposeAsync();
        (await first.EndAsync()).Ends(0);
        var folder = new BackupFolder(program);
        Assert.Equal(2, folder.Dumps.Length);
        folder.AssertNothingHalf();
        Assert.Equal(["backup succeeded", "backup failed", "backup succeeded"], folder.Runs());
        Assert.Contains(folder.Audit, line => line.GetProperty("action").GetString() == "DB_BACKUP_FAILED" && line.GetProperty("errorCode").GetString() == "locked");
    }

    internal static async Task<string[]> DatabasesAsync(PostgresServer server, string like) =>
        (await server.ScalarAsync<string>("postgres", $"SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database WHERE datname LIKE '{like}%'"))?.Split(',') ?? [];

    private static void AssertNothingLeft(TidemarkProgram program)
    {
        var folder = new BackupFolder(program);
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
    }
}
