using System.Text.Json;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>A database that a restore is making: written before CREATE DATABASE, removed when the restore has come to an end.</summary>
internal sealed record RestoreRecord(string RunId, string SystemIdentifier, string Database)
{
    /// <summary>Stands as the database's comment while rows come in: only a database that carries it is ever swept.</summary>
    public string Marker => $"tidemark: restore {RunId} is not finished";

    public static string Folder(string stateFolder) => Path.Combine(stateFolder, "restores");

    private static string FileOf(string stateFolder, string runId) => Path.Combine(Folder(stateFolder), runId + ".json");

    public void Write(string stateFolder)
    {
        PrivateFolder.Ensure(Folder(stateFolder));
        DurableFile.WriteWhole(FileOf(stateFolder, RunId), JsonSerializer.SerializeToUtf8Bytes(this, RestoreJson.Default.RestoreRecord), replace: true);
    }

    public void Remove(string stateFolder) => DurableFile.Remove(FileOf(stateFolder, RunId));

    /// <summary>Drops what killed restores left half-filled. Returns a sentence for each.</summary>
    public static async Task<IReadOnlyList<string>> TidyAsync(string stateFolder, DatabaseAddress address, Func<string, bool> runIsOver, CancellationToken token)
    {
        if (!Directory.Exists(Folder(stateFolder))) return [];
        var told = new List<string>();
        foreach (var file in Directory.GetFiles(Folder(stateFolder), "*.json"))
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(file), RestoreJson.Default.RestoreRecord)!;
            if (!runIsOver(record.RunId)) continue;
            await using var connection = await MaintenanceConnection.OpenAsync(address, token);
            if (await connection.ScalarAsync<string>("select system_identifier::text from pg_control_system()", token) != record.SystemIdentifier) continue;
            if (await connection.ScalarAsync<bool>($"select exists (select from pg_database where datname = {SqlText.Literal(record.Database)} and shobj_description(oid, 'pg_database') = {SqlText.Literal(record.Marker)})", token))
            {
                await connection.ExecuteAsync($"drop database {SqlText.Identifier(record.Database)} with (force)", token);
                told.Add($"dropped \"{record.Database}\", which a restore that was ended had left half-filled");
            }
            record.Remove(stateFolder);
        }
        return told;
    }
}
