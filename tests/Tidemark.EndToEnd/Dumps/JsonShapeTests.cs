using System.Text.Json;
using System.Text.Json.Nodes;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>The documents of --json are a contract: their names, their kinds of values, their fixed values stand in approved/*.json.</summary>
/// <remarks>What differs from run to run is replaced by its kind. A shape that changed on purpose is approved by hand: the failure prints the new text.</remarks>
public sealed class JsonShapeTests(Servers servers)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Volatile =
    [
        "id", "file", "path", "sha256", "contentSha256", "startedAt", "recoveryPoint", "finishedAt", "size", "dumpedBytes", "serverVersion", "clientVersion", "systemIdentifier", "oid", "statsReset", "globals",
        "inserted", "updated", "deleted", "collationVersion", "where", "why", "backupId", "by", "at", "until", "bytesFreed", "oldestBefore", "oldestAfter",
    ];

    [Fact]
    public async Task The_documents_of_backup_list_show_verify_and_of_a_failure_are_as_approved()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        const string database = "json_shapes";
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {database} TEMPLATE template0");
        await server.ExecuteAsync(database, "CREATE TABLE orders AS SELECT i FROM generate_series(1, 3) i; CREATE SCHEMA \"Odd one\"; CREATE TABLE \"Odd one\".\"T\" (x int); CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f; CREATE FOREIGN TABLE away (x int) SERVER s");
        await server.ExecuteAsync("postgres", $"ALTER DATABASE {database} SET work_mem = '5MB'; COMMENT ON DATABASE {database} IS 'a comment'; GRANT CONNECT ON DATABASE {database} TO postgres WITH GRANT OPTION");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var backup = (await program.RunAsync("backup", "--label", "before-it", "--json")).Ends(0);
        await File.WriteAllTextAsync(scratch["backups", "foreign.sql.gz"], "x", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(scratch["backups", "foreign.sql.gz"], DateTime.UnixEpoch);
        var list = (await program.RunAsync("list", "--json")).Ends(0);
        var show = (await program.RunAsync("show", "latest", "--json")).Ends(0);
        var verify = (await program.RunAsync("verify", "--json")).Ends(0);
        var fault = (await program.RunAsync("show", "nothing", "--json")).Ends(4);
        Assert.Multiple(() => AssertApproved("backup", backup), () => AssertApproved("list", list), () => AssertApproved("show", show), () => AssertApproved("verify", verify), () => AssertApproved("fault", fault));
    }

    internal static void AssertApproved(string name, ProgramResult result, string room = "Dumps")
    {
        var document = JsonNode.Parse(result.Output)!;
        Blank(document);
        var text = document.ToJsonString(Indented) + "\n";
        var file = Path.Combine(Workshop.Repository, "tests", "Tidemark.EndToEnd", room, "approved", name + ".json");
        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(approved == text, $"{file} is not what --json writes now:\n{text}");
    }

    private static void Blank(JsonNode node)
    {
        if (node is JsonArray array)
            foreach (var item in array.OfType<JsonNode>()) Blank(item);
        if (node is not JsonObject map) return;
        foreach (var (name, value) in map.ToArray())
            if (Volatile.Contains(name) && value is JsonValue leaf) map[name] = Kind(leaf);
            else if (value is not null) Blank(value);
    }

    private static string Kind(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? "(number)"
        : value.GetValueKind() != JsonValueKind.String ? $"({value.GetValueKind()})"
        : value.GetValue<string>() switch
        {
            { Length: 64 } hash when hash.All(char.IsAsciiHexDigitLower) => "(64 hex)",
            { Length: 12 } id when id.All(char.IsAsciiHexDigitLower) => "(12 hex)",
            var time when time.Length > 18 && time[4] == '-' && DateTimeOffset.TryParse(time, out var at) && at.Offset == TimeSpan.Zero => "(time in UTC)",
            _ => "(text)",
        };
}
