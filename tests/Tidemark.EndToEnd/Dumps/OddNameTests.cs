using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>Names that somebody else chose: of databases, of files.</summary>
public sealed class OddNameTests(Servers servers)
{
    /// <summary>A slash, a climb, quotes, spaces, upper case, a percent sign, a newline, other letters; up to 63 bytes.</summary>
    public static TheoryData<string> Databases =>
    [
        "../../Up and \"away\"",
        "-rf 'x' %41 a=b\nc",
        "Größe☃ " + new string('x', 63 - 11),
    ];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_database_of_any_name_is_backed_up_in_both_layouts_and_restored(string database)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {PostgresServer.Quote(database)} TEMPLATE template0");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT 1 AS x");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup")).Ends(0);
        (await program.RunAsync("backup", "--format", "sql.gz")).Ends(0);
        var folder = new BackupFolder(program);
        Assert.Equal(2, folder.Dumps.Length);
        folder.AssertNothingHalf();
        Assert.Equal(["backups"], Directory.GetFileSystemEntries(scratch.Folder).Select(Path.GetFileName));
        foreach (var dump in folder.Dumps)
        {
            Assert.All(dump, letter => Assert.True(char.IsAsciiLetterOrDigit(letter) || "/.-_%~".Contains(letter, StringComparison.Ordinal), dump));
            var restored = (await program.RunAsync("restore", folder.Manifest(dump).GetProperty("id").GetString()!, "--json")).Ends(0).Json.GetProperty("database").GetString()!;
            await SchemaCompare.AssertEqualAsync(server, database, server, restored);
            await server.ExecuteAsync("postgres", $"DROP DATABASE {PostgresServer.Quote(restored)}");
        }
    }

    [Theory]
    [InlineData("it's \"odd\" ü☃.dump")]
    [InlineData("-rf.dump")]
    [InlineData("--format=plain.dump")]
    [InlineData("a  b\tc.dump")]
    [InlineData("$(touch pwned).dump")]
    public async Task An_archive_of_any_name_is_verified_and_restored_and_never_becomes_an_option(string name)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await BackUpAsync(server, scratch);
        var foreign = scratch["inbox", name];
        Directory.CreateDirectory(scratch["inbox"]);
        File.Copy(folder.PathOf(folder.Dumps.Single()), foreign);
        await RestoresAsync(program, server, database, foreign);

        // By its bare name from its own folder, and from within the store.
        var there = new TidemarkProgram(scratch["inbox"]).With("DATABASE_URL", program.Environment["DATABASE_URL"]).With("BACKUP_DIR", folder.Root).With("PATH", program.Environment["PATH"]);
        (await there.RunAsync("verify", "--", name)).Ends(0);
        File.Move(foreign, folder.PathOf(name));
        (await program.RunAsync("verify", "--", name)).Ends(0);
        await RestoresAsync(program, server, database, name);
        Assert.False(File.Exists(scratch["pwned"]) || File.Exists(scratch["inbox", "pwned"]));
    }

    [Fact]
    public async Task A_symbolic_link_in_the_store_is_not_followed_by_listings_but_a_path_that_is_given_is()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await BackUpAsync(server, scratch);
        File.Copy(folder.PathOf(folder.Dumps.Single()), scratch["outside.dump"]);
        File.CreateSymbolicLink(folder.PathOf("link.dump"), scratch["outside.dump"]);
        Directory.CreateDirectory(scratch["elsewhere"]);
        File.Copy(scratch["outside.dump"], scratch["elsewhere", "other.dump"]);
        Directory.CreateSymbolicLink(folder.PathOf("door"), scratch["elsewhere"]);

        Assert.Single((await program.RunAsync("list", "--json")).Ends(0).Json.GetProperty("backups").EnumerateArray());
        (await program.RunAsync("verify", "link.dump")).Fails(4, "not-found");
        (await program.RunAsync("adopt", folder.PathOf("link.dump"))).Fails(5, "outside-store");
        (await program.RunAsync("adopt", folder.PathOf("door/other.dump"))).Fails(5, "outside-store");
        (await program.RunAsync("adopt", scratch["outside.dump"])).Fails(5, "outside-store");
        Assert.False(File.Exists(scratch["outside.dump"] + ".json") || File.Exists(scratch["elsewhere", "other.dump.json"]));
        await RestoresAsync(program, server, database, folder.PathOf("link.dump"));
    }

    [Theory]
    [InlineData("../outside.dump")]
    [InlineData("a/../../outside.dump")]
    [InlineData("..")]
    public async Task A_name_that_climbs_out_ends_with_5(string name)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        foreach (var command in (string[])["verify", "restore", "show", "adopt"])
            (await program.RunAsync(command, name)).Fails(5, "outside-store").Says(name, program.Environment["BACKUP_DIR"]);
    }

    private static async Task<(TidemarkProgram, BackupFolder, string)> BackUpAsync(PostgresServer server, Scratch scratch)
    {
        var database = await server.CreateDatabaseAsync("names");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT 1 AS x");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup")).Ends(0);
        return (program, new BackupFolder(program), database);
    }

    private static async Task RestoresAsync(TidemarkProgram program, PostgresServer server, string database, string named)
    {
        var copy = await server.CreateDatabaseAsync("copy");
        (await program.RunAsync("restore", "--to-database", copy, "--", named)).Ends(0);
        await SchemaCompare.AssertEqualAsync(server, database, server, copy);
    }
}
