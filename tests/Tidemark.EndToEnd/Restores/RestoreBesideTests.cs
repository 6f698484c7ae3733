using System.IO.Compression;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>The default: a new database beside the live one, which can hurt nobody.</summary>
public sealed class RestoreBesideTests(Servers servers)
{
    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task By_id_prefix_file_path_and_latest_a_new_equal_database_stands_beside(string format)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var id = await shop.BackUpAsync("--format", format);
        var file = (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("path").GetString()!;
        await shop.MoveOnAsync();
        var names = new List<string>();
        string[] ways = [id, id[..6], Path.GetFileName(file), file, "latest"];
        foreach (var way in ways)
        {
            var restored = (await shop.Program.RunAsync("restore", way, "--json")).Ends().Json;
            Assert.Equal("checked", restored.GetProperty("outcome").GetString());
            Assert.Equal(1000, restored.GetProperty("rows").GetInt64());
            names.Add(restored.GetProperty("database").GetString()!);
            Assert.Matches($"^{shop.Database}_restored_[0-9]{{14}}$", names[^1]);
            Assert.Equal(shop.Server.Url(names[^1]), restored.GetProperty("databaseUrl").GetString());
            Assert.Equal(1, await shop.VersionAsync(names[^1]));
            await shop.Server.ExecuteAsync("postgres", $"DROP DATABASE {PostgresServer.Quote(names[^1])}");
        }

        Assert.Equal(2, await shop.VersionAsync());
        Assert.Equal(ways.Length, shop.Audited().Count(action => action == "DB_RESTORE_COMPLETED"));
    }

    [Fact]
    public async Task The_output_for_people_ends_with_the_address_without_the_password()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Password = "geheim" });
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        var said = (await shop.Program.RunAsync("restore", "latest")).Ends();
        Assert.Contains($"DATABASE_URL    postgresql://postgres@127.0.0.1:{server.Port}/{shop.Database}_restored_", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", said.ToString(), StringComparison.Ordinal);
        var url = (await shop.Program.RunAsync("restore", "latest", "--json")).Ends().Json.GetProperty("databaseUrl").GetString();
        Assert.StartsWith($"postgresql://postgres@127.0.0.1:{server.Port}/{shop.Database}_restored_", url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain.sql")]
    [InlineData("a file's name.sql.gz")]
    [InlineData("-x.dump")]
    public async Task A_file_that_somebody_else_made_is_read_in_full_and_restored(string name)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var file = Path.Combine(shop.Folder, name);
        await shop.ClientAsync("pg_dump", name.EndsWith(".dump", StringComparison.Ordinal) ? "-Fc" : "-Fp", "-f", file, shop.Server.SocketUrl(shop.Database));
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            var text = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            await using var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
            await gzip.WriteAsync(text, TestContext.Current.CancellationToken);
        }

        var restored = (await shop.Program.RunAsync("restore", file, "--json")).Ends().Json;
        Assert.Equal(1, await shop.VersionAsync(restored.GetProperty("database").GetString()));
    }

    [Fact]
    public async Task Without_the_comparison_the_exit_code_says_so()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        Assert.Equal("notChecked", (await shop.Program.RunAsync("restore", "latest", "--no-check", "--json")).Ends(14).Json.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("custom")]
    [InlineData("sql.gz")]
    public async Task A_missing_role_is_listed_with_exit_3_and_allowed_with_no_owner(string format)
    {
        var server = await servers.OfAsync(15);
        var role = "gone_" + Guid.NewGuid().ToString("N")[..8];
        await server.ExecuteAsync("postgres", $"CREATE ROLE {role}");
        using var shop = await Shop.OpenAsync(server, sql: $"CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int); ALTER TABLE a OWNER TO {role}; INSERT INTO c VALUES (1);");
        await shop.BackUpAsync("--format", format);
        await server.ExecuteAsync(shop.Database, $"DROP OWNED BY {role}; DROP ROLE {role}");

        var partly = (await shop.Program.RunAsync("restore", "latest", "--json")).Ends(3).Json;
        Assert.Contains(partly.GetProperty("missing").EnumerateArray(), missing => missing.GetString()!.Contains($"role \"{role}\" does not exist", StringComparison.Ordinal));
        Assert.Equal(1, await server.ScalarAsync<int>(partly.GetProperty("database").GetString()!, "SELECT x FROM a RIGHT JOIN c USING (x)"));

        var refused = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends(5);
        Assert.Contains(role, refused.Errors, StringComparison.Ordinal);
        (await shop.Program.RunAsync("restore", "latest", "--no-owner", "--to-database", shop.Database + "_mine")).Ends(0);
        (await shop.Program.RunAsync("restore", "latest", "--no-owner", "--swap")).Ends(0);
    }

    [Fact]
    public async Task A_row_that_is_refused_is_fatal_and_the_new_database_is_gone_again()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var script = await shop.ClientAsync("pg_dump", shop.Server.SocketUrl(shop.Database));
        var file = shop.Write("bad.sql", script.Replace("500\t1\t", "five\t1\t", StringComparison.Ordinal));
        var failed = (await shop.Program.RunAsync("restore", file)).Ends(1);
        Assert.Contains("invalid input syntax for type integer: \"five\"", failed.Errors, StringComparison.Ordinal);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        Assert.Equal("DB_RESTORE_FAILED", shop.Audited()[^1]);
    }

    [Fact]
    public async Task Rows_that_are_not_those_of_the_dump_fail_the_verification_and_the_new_database_is_gone_again()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        var manifest = Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "*.dump.json", SearchOption.AllDirectories).Single();
        var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        Assert.Contains("\"rows\": 1000", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, text.Replace("\"rows\": 1000", "\"rows\": 1001", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var failed = (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends(10);
        Assert.Contains("public.orders has 1000 rows, the dump 1001", failed.Errors, StringComparison.Ordinal);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Fact]
    public async Task A_changed_byte_is_found_before_anything_is_made()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        var dump = Directory.GetFiles(Path.Combine(shop.Folder, "backups"), "*.dump", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(dump, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(dump, bytes, TestContext.Current.CancellationToken);
        (await shop.Program.RunAsync("restore", dump, "--force", "--confirm", shop.Database, "--in-place")).Ends(10);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Theory]
    [InlineData("\\connect postgres\n")]
    [InlineData("\\! touch proof\n")]
    [InlineData("DROP DATABASE postgres;\n")]
    [InlineData("ALTER ROLE postgres CONNECTION LIMIT 5;\n")]
    public async Task A_script_that_acts_outside_of_its_database_is_refused_before_anything_is_made(string outside)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var script = await shop.ClientAsync("pg_dump", shop.Server.SocketUrl(shop.Database));
        var file = shop.Write("foreign.sql", script.Replace("CREATE TABLE", outside + "CREATE TABLE", StringComparison.Ordinal));
        var refused = (await shop.Program.RunAsync("restore", file)).Ends(5);
        Assert.Contains(outside.Trim(), refused.Errors, StringComparison.Ordinal);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
        Assert.False(File.Exists(Path.Combine(shop.Folder, "proof")));
        Assert.Equal("DB_RESTORE_REFUSED", shop.Audited()[^1]);
    }

    [Theory]
    [InlineData("pg_dump", "--create")]
    [InlineData("pg_dumpall", "--no-role-passwords")]
    public async Task Dumps_of_a_database_as_a_whole_or_of_a_cluster_are_refused_also_when_adopted(string program, string option)
    {
        // pg_dumpall reads every database of a server, and stops at a name with a newline, such as other tests have on the shared one.
        await using var own = program == "pg_dumpall" ? await PostgresServer.StartAsync(15) : null;
        using var shop = await Shop.OpenAsync(own ?? await servers.OfAsync(15));
        Directory.CreateDirectory(Path.Combine(shop.Folder, "backups"));
        var file = Path.Combine(shop.Folder, "backups", "foreign.sql.gz");
        var script = program == "pg_dump" ? await shop.ClientAsync(program, option, shop.Server.SocketUrl(shop.Database)) : await shop.ClientAsync(program, option, "-d", shop.Server.SocketUrl("postgres"));
        await using (var gzip = new StreamWriter(new GZipStream(File.Create(file), CompressionLevel.Fastest)))
        {
            await gzip.WriteAsync(script);
        }

        (await shop.Program.RunAsync("restore", file)).Ends(5);
        var adopted = await shop.Program.RunAsync("adopt", "--database", shop.Database);
        if (adopted.ExitCode == 0)
        {
            (await shop.Program.RunAsync("restore", "latest")).Ends(5);
        }

        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Theory]
    [InlineData(15, "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")]
    [InlineData(13, "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")]
    [InlineData(15, "ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'")]
    [InlineData(18, "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")]
    public async Task The_new_database_has_the_encoding_and_locale_of_the_old(int major, string made)
    {
        const string Kind = "SELECT to_jsonb(d) - '{oid,datname,datfrozenxid,datminmxid,dattablespace,dathasloginevt}'::text[] #>> '{}' FROM pg_database d WHERE datname = ";
        var server = await servers.OfAsync(major);
        using var shop = await Shop.OpenAsync(server, "lingua");
        await server.ExecuteAsync("postgres", $"DROP DATABASE {shop.Database}");
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {shop.Database} TEMPLATE template0 {made}");
        await server.ExecuteAsync(shop.Database, "CREATE TABLE words (w text); INSERT INTO words VALUES ('Äpfel'), ('Birne')");
        await shop.BackUpAsync("--format", "sql.gz");
        var restored = (await shop.Program.RunAsync("restore", "latest", "--json")).Ends().Json.GetProperty("database").GetString()!;
        Assert.Equal(await server.ScalarAsync<string>("postgres", Kind + Shop.Quoted(shop.Database)), await server.ScalarAsync<string>("postgres", Kind + Shop.Quoted(restored)));
        await SchemaCompare.AssertEqualAsync(server, shop.Database, server, restored);
    }

    [Fact]
    public async Task Of_two_restores_at_once_one_is_told_that_the_other_runs()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var gate = Path.Combine(shop.Folder, "gate");
        await ChildProcess.OutputAsync("mkfifo", [gate]);
        await shop.BackUpAsync();
        await using var first = await shop.Program.With("BACKUP_HOOK_SMOKE_TEST", "echo waiting; read x < gate").StartAsync("restore", "latest", "--to-database", shop.Database + "_one");
        await first.SaysAsync("waiting");
        (await shop.Program.With("BACKUP_HOOK_SMOKE_TEST", null).RunAsync("restore", "latest")).Ends(11);
        await File.WriteAllTextAsync(gate, "on\n", TestContext.Current.CancellationToken);
        (await first.EndAsync()).Ends();
    }
}
