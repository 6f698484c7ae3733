using System.Text.Json;
using Microsoft.Data.Sqlite;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>What lies in BACKUP_DIR, seen from outside: by file names and by the documented formats.</summary>
internal sealed class BackupFolder(string root)
{
    public BackupFolder(TidemarkProgram program)
        : this(program.Environment["BACKUP_DIR"])
    {
    }

    public string Root { get; } = root;

    /// <summary>What every store holds for the day when this program is not at hand.</summary>
    private static readonly string[] BreakGlass = ["README", "restore.sh"];

    private static readonly string[] Unfinished = ["pending", "uploads"];

    /// <summary>Files under final names, relative and sorted: all but the program's own state.</summary>
    public string[] Files => !Directory.Exists(Root) ? [] :
        [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(Relative).Where(key => !key.StartsWith(".tidemark/", StringComparison.Ordinal) && !BreakGlass.Contains(key)).Order(StringComparer.Ordinal)];

    /// <summary>The dumps among them.</summary>
    public string[] Dumps => [.. Files.Where(key => key.EndsWith(".dump", StringComparison.Ordinal) || key.EndsWith(".sql.gz", StringComparison.Ordinal))];

    /// <summary>What unfinished runs hold or left; empty when all is tidy.</summary>
    public string[] Pending => [.. Unfinished.Select(name => Path.Combine(Root, ".tidemark", name)).Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries)];

    /// <summary>The lines of the audit trail.</summary>
    public JsonElement[] Audit => !File.Exists(AuditFile) ? [] : [.. File.ReadLines(AuditFile).Select(line => JsonDocument.Parse(line).RootElement)];

    public string[] AuditActions => [.. Audit.Select(line => line.GetProperty("action").GetString()!)];

    private string AuditFile => Path.Combine(Root, ".tidemark", "audit.jsonl");

    public string PathOf(string key) => Path.Combine(Root, key);

    public JsonElement Manifest(string key) => JsonDocument.Parse(File.ReadAllBytes(PathOf(key) + ".json")).RootElement;

    /// <summary>Changes a manifest as time would: its recovery point lies so many days back.</summary>
    public void Age(string key, int days)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(PathOf(key) + ".json"))!;
        document["recoveryPoint"] = TimeProvider.System.GetUtcNow().AddDays(-days).ToString("O");
        File.WriteAllText(PathOf(key) + ".json", document.ToJsonString());
    }

    /// <summary>Kind and state of each run in the journal, oldest first; none where a run was killed before it made the journal.</summary>
    public string[] Runs()
    {
        var file = Path.Combine(Root, ".tidemark", "journal.db");
        if (!File.Exists(file)) return [];
        using var journal = new SqliteConnection($"Data Source={file};Pooling=false");
        journal.Open();
        using var command = journal.CreateCommand();
        command.CommandText = "select count(*) from sqlite_master where name = 'runs'";
        if (command.ExecuteScalar() is 0L) return [];
        command.CommandText = "select kind || ' ' || state from runs order by started_at";
        using var reader = command.ExecuteReader();
        var runs = new List<string>();
        while (reader.Read()) runs.Add(reader.GetString(0));
        return [.. runs];
    }

    /// <summary>Nothing under a final name is half: each dump has a manifest that tells its size and hash, and each manifest a dump.</summary>
    public void AssertNothingHalf()
    {
        foreach (var dump in Dumps)
        {
            Assert.True(File.Exists(PathOf(dump) + ".json"), $"{dump} has its final name but no manifest; here are {string.Join(", ", Files)}");
            var manifest = Manifest(dump);
            Assert.Equal(manifest.GetProperty("size").GetInt64(), new FileInfo(PathOf(dump)).Length);
            Assert.Equal(manifest.GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(PathOf(dump)))));
        }
        foreach (var manifest in Files.Where(key => key.EndsWith(".json", StringComparison.Ordinal) && !key.EndsWith(".check.json", StringComparison.Ordinal) && !key.EndsWith(".pin.json", StringComparison.Ordinal)))
            Assert.Contains(manifest[..^5], Dumps);
    }

    private string Relative(string path) => Path.GetRelativePath(Root, path);
}
