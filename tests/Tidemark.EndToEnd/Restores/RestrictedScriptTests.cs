using System.IO.Compression;
using System.Text;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>A script that changes at run time how psql reads it: what we took for a string would become a command of psql's, and so of a shell.</summary>
public sealed class RestrictedScriptTests(Servers servers)
{
    private const string Head = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n", Foot = "\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n";

    // ソ in SJIS ends in the byte of a backslash: escape and quote to us, one letter to psql once it believes in SJIS.
    private static readonly string SjisBackslash = Encoding.Latin1.GetString([0x83, 0x5C]);

    [Theory]
    [InlineData(15, "strings", false)]
    [InlineData(15, "strings", true)]
    [InlineData(18, "strings", false)]
    [InlineData(15, "sjis", false)]
    public async Task A_command_that_a_script_hides_until_run_time_is_not_run(int major, string way, bool intoExisting)
    {
        var server = await servers.OfAsync(major);
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        var proof = Path.Combine(shop.Folder, "proof");
        var command = $"\\! touch {proof}";
        var body = way == "sjis"
            ? $"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT set_config('client_encoding', 'SJIS', false)$$;\nSELECT f();\nSELECT E'{SjisBackslash}'; {command}\n';\n"
            : $"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT set_config('standard_conforming_strings', 'off', false)$$;\nSELECT f();\nSELECT 'a\\', '; {command}\n';\n";
        var file = Path.Combine(shop.Folder, "hidden.sql");
        await File.WriteAllTextAsync(file, Head + body + Foot, Encoding.Latin1, TestContext.Current.CancellationToken);
        var before = await shop.DatabasesAsync();
        var empty = shop.Database + "_empty";
        if (intoExisting) await server.ExecuteAsync("postgres", $"CREATE DATABASE {empty} TEMPLATE template0");

        var ended = await shop.Program.RunAsync(["restore", file, "--json", .. intoExisting ? (string[])["--to-database", empty] : []]);
        Assert.False(File.Exists(proof), "the script reached a shell");
        Assert.Contains("hides a command for psql", ended.Ends(5).Json.GetProperty("error").GetProperty("what").GetString(), StringComparison.Ordinal);
        if (intoExisting) Assert.Equal(0, await server.ScalarAsync<long>(empty, "SELECT count(*) FROM pg_proc WHERE proname = 'f'"));
        else Assert.Equal(before, await shop.DatabasesAsync());
    }

    [Fact]
    public async Task A_psql_that_a_script_gets_out_of_is_refused_for_the_scripts_of_others_and_restores_our_own()
    {
        var server = await servers.OfAsync(13);
        using var shop = await Shop.OpenAsync(server);
        var id = await shop.BackUpAsync("--format", "sql.gz");
        var stored = (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("path").GetString()!;
        var foreign = Path.Combine(shop.Folder, "foreign.sql.gz");
        File.Copy(stored, foreign);
        var refused = (await shop.Program.RunAsync("restore", foreign, "--json")).Ends(6).Json.GetProperty("error");
        Assert.Contains("BACKUP_PSQL_PATH", refused.GetProperty("next").GetString(), StringComparison.Ordinal);
        (await shop.Program.RunAsync("restore", id)).Ends();
        (await shop.Program.With("BACKUP_PSQL_PATH", Path.Combine(PostgresPrograms.Clients(18), "psql")).RunAsync("restore", foreign)).Ends();
    }

    [Fact]
    public async Task A_manifest_that_somebody_wrote_beside_a_script_of_theirs_vouches_for_nothing()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync("--format", "sql.gz");
        var stored = (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("path").GetString()!;
        var script = Path.Combine(shop.Folder, "evil.sql");
        await File.WriteAllTextAsync(script, $"{Head}ALTER ROLE postgres CONNECTION LIMIT 7;\n{Foot}", TestContext.Current.CancellationToken);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(script, TestContext.Current.CancellationToken)));
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(stored + ".json", TestContext.Current.CancellationToken))!;
        (manifest["rows"], manifest["sha256"], manifest["contentSha256"], manifest["size"]) = (new System.Text.Json.Nodes.JsonArray(), hash, hash, new FileInfo(script).Length);
        await File.WriteAllTextAsync(script + ".json", manifest.ToJsonString(), TestContext.Current.CancellationToken);
        var refused = (await shop.Program.RunAsync("restore", script)).Ends(5);
        Assert.Contains("ALTER ROLE postgres", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(-1, await shop.Server.ScalarAsync<int>("postgres", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'postgres'"));
    }

    [Fact]
    public async Task A_byte_order_mark_and_rows_that_look_like_commands_are_restored_as_they_are()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: @"CREATE TABLE odd (x text); INSERT INTO odd VALUES (E'\\restrict abc'), (E'\\! ls'), (E'\\.');");
        var script = await shop.ClientAsync("pg_dump", shop.Server.SocketUrl(shop.Database));
        var file = Path.Combine(shop.Folder, "marked.sql.gz");
        await using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest)) await gzip.WriteAsync(Encoding.UTF8.GetBytes("\uFEFF" + script), TestContext.Current.CancellationToken);
        var restored = (await shop.Program.RunAsync("restore", file, "--json")).Ends().Json.GetProperty("database").GetString()!;
        Assert.Equal(@"\! ls \. \restrict abc", await shop.Server.ScalarAsync<string>(restored, "SELECT string_agg(x, ' ' ORDER BY x COLLATE \"C\") FROM odd"));
    }
}
