using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>The documents of --json are a contract: their names, their kinds of values, their fixed values stand in approved/*.json.</summary>
/// <remarks>What differs from run to run is replaced by its kind. A shape that changed on purpose is approved by hand: the failure prints the new text.</remarks>
public sealed partial class JsonShapeTests(Servers servers)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Volatile =
    [
        "id", "file", "path", "sha256", "contentSha256", "startedAt", "recoveryPoint", "finishedAt", "size", "dumpedBytes", "serverVersion", "clientVersion", "systemIdentifier", "oid", "statsReset", "globals",
        "inserted", "updated", "deleted", "collationVersion", "where", "why", "actor", "runId", "firstAt", "lastAt",
        "databaseUrl", "durationSeconds", "keptDatabase", "target", "kept", "server", "client", "dumpSize", "neededBytes", "freeBytes", "backupId", "writtenSince", "at",
        "by", "until", "store", "bytes", "queuedAt", "dueAt", "bytesFreed", "oldestBefore", "oldestAfter",
    ];

    [Fact]
    public async Task The_documents_of_backup_list_show_verify_runs_and_of_a_failure_are_as_approved()
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
        var dump = backup.Json.GetProperty("backups")[0];
        await File.AppendAllTextAsync(dump.GetProperty("path").GetString()!, "x", TestContext.Current.CancellationToken);
        (await program.RunAsync("verify", dump.GetProperty("id").GetString()!)).Ends(10);
        (await program.RunAsync("verify", "foreign.sql.gz")).Ends(10);
        var runs = (await program.RunAsync("runs", "list", "--json")).Ends(0);
        var run = (await program.RunAsync("runs", "show", "latest", "--json")).Ends(0);
        Assert.Multiple(() => AssertApproved("runs", runs), () => AssertApproved("run", run), () => AssertApproved("backup", backup), () => AssertApproved("list", list), () => AssertApproved("show", show), () => AssertApproved("verify", verify), () => AssertApproved("fault", fault));
    }

    [Fact]
    public async Task The_documents_of_restore_its_plan_adopt_undo_and_heartbeat_are_as_approved()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        const string database = "json_restores";
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {database} TEMPLATE template0");
        await server.ExecuteAsync(database, "CREATE TABLE orders AS SELECT i FROM generate_series(1, 3) i");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        (await program.RunAsync("backup")).Ends(0);
        var plan = (await program.With("BACKUP_HOOK_SMOKE_TEST", "true").RunAsync("restore", "latest", "--swap", "--dry-run", "--json")).Ends(0);
        var refused = (await program.With("ENV", "production").RunAsync("restore", "latest", "--swap", "--dry-run", "--json")).Ends(5);
        program.With("ENV", null).With("BACKUP_HOOK_SMOKE_TEST", null);
        var beside = (await program.RunAsync("restore", "latest", "--to-database", "json_beside", "--no-check", "--json")).Ends(14);
        var swap = (await program.RunAsync("restore", "latest", "--swap", "--json")).Ends(0);
        var undo = (await program.RunAsync("undo", "--json")).Ends(0);
        var heartbeat = (await program.RunAsync("heartbeat", "--create-table", "--json")).Ends(0);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_dump"), ["--format=custom", "--file=" + scratch["backups", "by-hand.dump"], server.SocketUrl(database)]);
        var adopt = (await program.RunAsync("adopt", "by-hand.dump", "--json")).Ends(0);
        Assert.Multiple(() => AssertApproved("restore-dry-run", plan), () => AssertApproved("restore-dry-run-refused", refused), () => AssertApproved("restore", beside), () => AssertApproved("restore-swap", swap),
            () => AssertApproved("undo", undo), () => AssertApproved("heartbeat", heartbeat), () => AssertApproved("adopt", adopt));
    }

    /// <param name="name">Of the approved file.</param>
    /// <param name="result">Whose document.</param>
    /// <param name="room">Whose folder of approved files.</param>
    /// <param name="more">Names of what differs too from run to run.</param>
    internal static void AssertApproved(string name, ProgramResult result, string room = "Dumps", params string[] more)
    {
        var document = JsonNode.Parse(result.Output)!;
        Blank(document, more);
        var text = document.ToJsonString(Indented) + "\n";
        var file = Path.Combine(Workshop.Repository, "tests", "Tidemark.EndToEnd", room, "approved", name + ".json");
        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(approved == text, $"{file} is not what --json writes now:\n{text}");
    }

    [GeneratedRegex("_[0-9]{14}")]
    private static partial Regex TimeInName();

    private static void Blank(JsonNode node, string[] more)
    {
        if (node is JsonArray array)
            for (var i = 0; i < array.Count; i++)
                if (array[i] is JsonValue text && text.GetValueKind() == JsonValueKind.String) array[i] = TimeInName().Replace(text.GetValue<string>(), "_(time)");
                else if (array[i] is { } item) Blank(item, more);
        if (node is not JsonObject map) return;
        foreach (var (name, value) in map.ToArray())
            if (name == "log") map[name] = new JsonArray(value!.AsArray().Count > 0 ? "(lines)" : "(none)");
            // A notice says when and which.
            else if ((Volatile.Contains(name) || more.Contains(name) || (name == "text" && map.ContainsKey("runId"))) && value is JsonValue leaf) map[name] = Kind(leaf);
            else if (value is not null) Blank(value, more);
    }

    private static string Kind(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? "(number)"
        : value.GetValueKind() != JsonValueKind.String ? $"({value.GetValueKind()})"
        : value.GetValue<string>() switch
        {
            { Length: 64 } hash when hash.All(char.IsAsciiHexDigitLower) => "(64 hex)",
            { Length: 12 } id when id.All(char.IsAsciiHexDigitLower) => "(12 hex)",
            var time when time.Length > 18 && time[4] == '-' && time[^1] == 'Z' && DateTimeOffset.TryParse(time, out _) => "(time in UTC)",
            _ => "(text)",
        };
}
