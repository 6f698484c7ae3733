using System.IO.Compression;
using System.Text;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>A dump that is not whole is found out by verify and refused by restore, before anything is touched.</summary>
public sealed class DamagedDumpTests(Servers servers)
{
    private const string Rows = "CREATE TABLE orders AS SELECT i, md5(i::text) AS note FROM generate_series(1, 20000) i; CREATE TABLE tail AS SELECT 1 AS x";

    public static TheoryData<string, string> Damages => new()
    {
        { "custom", "cut" }, { "custom", "flip" }, { "custom", "cut by one byte" }, { "sql.gz", "cut" }, { "sql.gz", "flip" }, { "sql.gz", "cut by one byte" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_backup_fails_verify_is_never_latest_again_and_is_not_restored(string format, string damage)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await BackUpAsync(server, scratch, format);
        var older = folder.Dumps.Single();
        (await program.RunAsync("backup", "--format", format, "--label", "newer")).Ends(0);
        var newer = folder.Dumps.Single(key => key != older);
        folder.Age(older, 1);
        Damage(folder.PathOf(newer), damage);

        (await program.RunAsync("restore", newer)).Fails(10, "verification-failed").Says("the dump is damaged");
        (await program.RunAsync("verify", newer)).Ends(10);
        (await program.RunAsync("verify", older)).Ends(0);
        (await program.RunAsync("verify", "--all")).Ends(10);
        var states = (await program.RunAsync("list", "--json")).Ends(0).Json.GetProperty("backups").EnumerateArray().ToDictionary(backup => backup.GetProperty("file").GetString()!, backup => backup.GetProperty("state").GetString());
        Assert.Equal("damaged", states[newer]);
        Assert.Equal("good", states[older]);
        Assert.Equal(older, (await program.RunAsync("show", "latest", "--json")).Ends(0).Json.GetProperty("file").GetString());
        Assert.Equal([database], await BadInputTests.DatabasesAsync(server, database));
        Assert.Contains("DB_RESTORE_FAILED", folder.AuditActions);
    }

    [Theory]
    [InlineData("custom", "cut")]
    [InlineData("custom", "flip")]
    [InlineData("sql.gz", "cut")]
    public async Task A_damaged_dump_of_somebody_else_is_found_out_by_reading_it(string format, string damage)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await BackUpAsync(server, scratch, format);
        var foreign = scratch["foreign" + (format == "custom" ? ".dump" : ".sql.gz")];
        File.Copy(folder.PathOf(folder.Dumps.Single()), foreign);
        (await program.RunAsync("verify", foreign)).Ends(0);
        Damage(foreign, damage);
        (await program.RunAsync("verify", foreign)).Ends(10);
        (await program.RunAsync("restore", foreign)).Fails(10, "verification-failed");
        Assert.Equal([database], await BadInputTests.DatabasesAsync(server, database));
    }

    [Fact]
    public async Task A_plain_dump_cut_inside_table_data_before_it_was_compressed_is_found_out()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var (program, folder, database) = await BackUpAsync(server, scratch, "sql.gz");
        var text = Unzip(folder.PathOf(folder.Dumps.Single()));
        var data = text.IndexOf("COPY public.orders", StringComparison.Ordinal);
        var cut = text[..text.IndexOf('\n', data + ((text.IndexOf("\\.\n", data, StringComparison.Ordinal) - data) / 2))];
        Zip(scratch["cut.sql.gz"], cut + "\n");

        // What makes it dangerous: gzip and psql find nothing wrong with it.
        await ChildProcess.OutputAsync("gzip", ["-t", scratch["cut.sql.gz"]]);
        var victim = await server.CreateDatabaseAsync("victim");
        await File.WriteAllTextAsync(scratch["cut.sql"], cut + "\n", TestContext.Current.CancellationToken);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"), ["-Xq", "-v", "ON_ERROR_STOP=1", "-f", scratch["cut.sql"], server.SocketUrl(victim)]);
        Assert.InRange(await server.ScalarAsync<long>(victim, "SELECT count(*) FROM orders"), 1, 19999);

        foreach (var file in (string[])["cut.sql.gz", "cut.sql"])
        {
            var verified = (await program.RunAsync("verify", scratch[file])).Ends(10);
            Assert.True(verified.Output.Contains("inside COPY data of public.orders", StringComparison.Ordinal), verified.ToString());
            (await program.RunAsync("restore", scratch[file])).Fails(10, "verification-failed").Says("inside COPY data of public.orders");
        }

        // Cut between two statements, only the closing line tells.
        Zip(scratch["short.sql.gz"], text[..text.IndexOf("COPY public.tail", StringComparison.Ordinal)]);
        (await program.RunAsync("restore", scratch["short.sql.gz"])).Fails(10, "verification-failed").Says("PostgreSQL database dump complete");
        Assert.Equal([database], await BadInputTests.DatabasesAsync(server, database));
    }

    [Theory]
    [InlineData("empty.dump", "")]
    [InlineData("binary.dump", "\u0001\u0002\u0003\u0000binary")]
    [InlineData("picture.sql.gz", "\u00ffnot gzip \u0000")]
    [InlineData("tar.dump", "toc.dat\u0000\u0000\u0000")]
    [InlineData("blank.sql", " \n\n")]
    public async Task A_file_that_is_no_dump_ends_with_10(string name, string text)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await File.WriteAllBytesAsync(scratch[name], Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        (await program.RunAsync("verify", scratch[name])).Fails(10, "wrong-magic").Says(scratch[name]);
        (await program.RunAsync("restore", scratch[name])).Fails(10, "wrong-magic");
        Assert.Equal(["postgres"], await BadInputTests.DatabasesAsync(server, "postgres"));
    }

    [Theory]
    [InlineData("prose.sql", "Dear reader, this is a letter.\n")]
    [InlineData("script.sql", "CREATE TABLE t (x int);\n")]
    public async Task A_text_that_no_pg_dump_wrote_to_its_end_ends_with_10(string name, string text)
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        await File.WriteAllTextAsync(scratch[name], text, TestContext.Current.CancellationToken);
        (await program.RunAsync("verify", scratch[name])).Ends(10);
        (await program.RunAsync("restore", scratch[name])).Fails(10, "verification-failed");
        Assert.Equal(["postgres"], await BadInputTests.DatabasesAsync(server, "postgres"));
    }

    private static async Task<(TidemarkProgram, BackupFolder, string Database)> BackUpAsync(PostgresServer server, Scratch scratch, string format)
    {
        var database = await server.CreateDatabaseAsync("damaged");
        await server.ExecuteAsync(database, Rows);
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup", "--format", format)).Ends(0);
        return (program, new BackupFolder(program), database);
    }

    private static void Damage(string file, string damage)
    {
        var bytes = File.ReadAllBytes(file);
        if (damage == "flip") bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, damage switch { "cut" => bytes[..(bytes.Length / 2)], "cut by one byte" => bytes[..^1], _ => bytes });
    }

    private static string Unzip(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static void Zip(string file, string text)
    {
        using var writer = new StreamWriter(new GZipStream(File.Create(file), CompressionMode.Compress));
        writer.Write(text);
    }
}
