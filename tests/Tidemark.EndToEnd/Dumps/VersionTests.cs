using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>Every supported server, with the clients that a machine may have.</summary>
public sealed class VersionTests(Servers servers)
{
    private const string Sample = """
        CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text);
        INSERT INTO orders (note) SELECT E'line\n' || i FROM generate_series(1, 100) i;
        """;

    public static TheoryData<int, string> Matrix
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var major in PostgresPrograms.AllMajors) data.Add(major, major % 2 == 0 ? "custom" : "sql.gz");
            // A client of 17 writes SET transaction_timeout, which 16 does not know: from both formats.
            data.Add(16, "sql.gz");
            data.Add(15, "custom");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_server_of_each_major_is_backed_up_and_restored(int major, string format)
    {
        var server = await servers.OfAsync(major);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("matrix");
        await server.ExecuteAsync(database, Sample);
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var backup = (await program.RunAsync("backup", "--format", format)).Ends(0);
        var folder = new BackupFolder(program);
        var manifest = folder.Manifest(folder.Dumps.Single());

        Assert.StartsWith($"{major}.", manifest.GetProperty("serverVersion").GetString(), StringComparison.Ordinal);
        var client = int.Parse(manifest.GetProperty("clientVersion").GetString()!.Split('.')[0]);
        var own = File.Exists(Path.Combine(server.Programs, "pg_dump"));
        Assert.Equal(own ? major : major + 1, client);
        Assert.Equal(!own, backup.Output.Contains($"is of a newer major than the server {major}.", StringComparison.Ordinal));

        var restore = (await program.RunAsync("restore", "latest", "--json")).Ends(0);
        await SchemaCompare.AssertEqualAsync(server, database, server, restore.Json.GetProperty("database").GetString()!);
        var harmless = restore.Json.GetProperty("benign").EnumerateArray().Select(line => line.GetString()!).ToArray();
        Assert.Empty(restore.Json.GetProperty("missing").EnumerateArray());
        if (major <= 16 && client >= 17) Assert.Contains("transaction_timeout", Assert.Single(harmless), StringComparison.Ordinal);
        else Assert.Empty(harmless);
    }

    [Fact]
    public async Task Of_several_clients_that_of_the_servers_own_major_is_taken()
    {
        var server = await servers.OfAsync(17);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("clients");
        var program = TidemarkProgram.For(server, database, scratch.Folder)
            .With("PATH", string.Join(':', ((int[])[18, 13, 17, 15]).Select(PostgresPrograms.Folder)) + ":/usr/bin:/bin");
        (await program.RunAsync("backup")).Ends(0);
        var folder = new BackupFolder(program);
        var manifest = folder.Manifest(folder.Dumps.Single());
        Assert.StartsWith("17.", manifest.GetProperty("clientVersion").GetString(), StringComparison.Ordinal);
        Assert.Empty(manifest.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task A_client_older_than_the_server_is_refused_with_both_versions_and_what_to_install()
    {
        var server = await servers.OfAsync(18);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("old_client");
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("PATH", PostgresPrograms.Folder(13) + ":/usr/bin:/bin");
        (await program.RunAsync("backup")).Fails(6, "no-client").Says("the server is PostgreSQL 18.", "installed: ", " 13.", "postgresql-client-18");
        (await program.With("BACKUP_PGDUMP_PATH", Path.Combine(PostgresPrograms.Folder(15), "pg_dump")).RunAsync("backup"))
            .Fails(6, "no-client").Says("the server is PostgreSQL 18.", "installed: 15.");
        var folder = new BackupFolder(program);
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
        Assert.Equal(["DB_BACKUP_FAILED", "DB_BACKUP_FAILED"], folder.AuditActions);
    }

    [Fact]
    public async Task A_client_named_without_a_folder_is_found_in_PATH()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("bare_name");
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("PATH", PostgresPrograms.Folder(15) + ":/usr/bin:/bin");
        (await program.With("BACKUP_PGDUMP_PATH", "pg_dump").RunAsync("backup")).Ends(0);
        (await program.With("BACKUP_PGDUMP_PATH", "pg_dumb").RunAsync("backup")).Fails(6, "configuration").Says("BACKUP_PGDUMP_PATH = pg_dumb");
    }
}
