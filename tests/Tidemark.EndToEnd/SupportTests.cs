using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd;

/// <summary>The tests lean on this: so it is tested first.</summary>
public sealed class SupportTests(Servers servers)
{
    private const string Sample = """"
        CREATE TABLE "odd ""name""" (t int PRIMARY KEY, "whole" text);
        INSERT INTO "odd ""name""" SELECT i, 'row ' || i FROM generate_series(1, 1000) i;
        CREATE SEQUENCE s; SELECT nextval('s');
        SELECT lo_from_bytea(4711, '\x0001');
        """";

    [Theory]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    public async Task A_server_of_each_major_starts_and_says_its_version(int major)
    {
        var server = await servers.OfAsync(major);
        var version = await server.ScalarAsync<string>("postgres", "SELECT version()");
        Assert.StartsWith($"PostgreSQL {major}.", version, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    public async Task Two_databases_made_alike_are_equal_until_one_row_differs(int major)
    {
        var server = await servers.OfAsync(major);
        var one = await server.CreateDatabaseAsync("it's \"odd\" ü");
        var other = await server.CreateDatabaseAsync("other");
        await server.ExecuteAsync(one, Sample);
        await server.ExecuteAsync(other, Sample);
        await SchemaCompare.AssertEqualAsync(server, one, server, other);

        await server.ExecuteAsync(other, """"UPDATE "odd ""name""" SET "whole" = 'changed' WHERE t = 500"""");
        var difference = await Assert.ThrowsAnyAsync<Exception>(() => SchemaCompare.AssertEqualAsync(server, one, server, other));
        Assert.Contains("(500,changed)", difference.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT nextval('s')", "the sequence public.s")]
    [InlineData("SELECT lo_put(4711, 0, '\\xff')", "the large objects")]
    [InlineData("ALTER TABLE \"odd \"\"name\"\"\" ADD x int", "the definitions")]
    [InlineData("DELETE FROM \"odd \"\"name\"\"\" WHERE t = 1000", "the rows of")]
    public async Task Each_kind_of_difference_is_found(string change, string found)
    {
        var server = await servers.OfAsync(15);
        var one = await server.CreateDatabaseAsync();
        var other = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(one, Sample);
        await server.ExecuteAsync(other, Sample + change);
        var difference = await Assert.ThrowsAnyAsync<Exception>(() => SchemaCompare.AssertEqualAsync(server, one, server, other));
        Assert.Contains(found, difference.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_password_asks_for_it_on_tcp_and_survives_a_crash()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Password = "it's a:secret@/", Settings = new Dictionary<string, string> { ["work_mem"] = "5MB" } });
        Assert.Equal("5MB", await server.ScalarAsync<string>("postgres", "SHOW work_mem"));

        await using var stranger = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Username=postgres;Password=wrong;Pooling=false");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => stranger.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal("28P01", refused.SqlState);
        var answer = await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"), ["-XAtc", "SELECT 1", server.Url()]);
        Assert.Equal("1\n", answer);

        await server.CrashAsync();
        await server.StartAsync();
        Assert.Contains("was not properly shut down", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_azure_server_knows_its_containers_after_a_restart()
    {
        AzureServer.Require();
        await using var server = await AzureServer.StartAsync();
        var place = await server.NewPlaceAsync();
        await server.StopAsync();
        await server.RunAsync();

        // Taken already, so it is there.
        var taken = await Assert.ThrowsAsync<InvalidOperationException>(() => server.MakeAsync(place.Bucket));
        Assert.Contains("ContainerAlreadyExists", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_sftp_server_shows_the_key_that_its_known_hosts_file_names()
    {
        SftpServer.Require();
        await using var server = await SftpServer.StartAsync();
        var known = await File.ReadAllTextAsync(server.NewPlace().Variables["SFTP_KNOWN_HOSTS"], TestContext.Current.CancellationToken);

        var shown = await ChildProcess.OutputAsync("ssh-keyscan", ["-t", "ed25519", "-p", $"{server.Port}", "127.0.0.1"]);

        Assert.Contains(known.Trim(), shown, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("takes", "minutes")]
    [InlineData(15)]
    [InlineData(18)]
    public async Task The_regression_database_equals_what_pg_dump_and_pg_restore_make_of_it(int major)
    {
        await using var server = await PostgresServer.StartAsync(major);
        var regression = await RegressionDatabase.MakeAsync(server);
        using var scratch = new Scratch();
        var copy = await server.CreateDatabaseAsync("copy");
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["-Fc", "-f", scratch["dump"], server.SocketUrl(regression)]);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_restore"), ["-d", server.SocketUrl(copy), scratch["dump"]]);
        await SchemaCompare.AssertEqualAsync(server, regression, server, copy);
    }

    [Fact]
    public async Task The_program_runs_with_nothing_but_the_environment_it_is_given()
    {
        using var scratch = new Scratch();
        var result = await new TidemarkProgram(scratch.Folder).RunAsync("--version");
        result.Ends(0);
    }
}
