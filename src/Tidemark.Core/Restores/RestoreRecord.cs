using System.Text.Json;
using Npgsql;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>A database that a restore is making: written before CREATE DATABASE, removed when the restore has come to an end.</summary>
internal sealed record RestoreRecord(string RunId, string SystemIdentifier, string Database)
{
    /// <summary>Host and port as they were written; no secret.</summary>
    public required string Server { get; init; }

    public const int LeastMark = 1_000_000_000;

    /// <summary>A number from <see cref="LeastMark"/> on that nobody else chooses: the one mark that CREATE DATABASE itself can set.</summary>
    public required int ConnectionLimit { get; init; }

    /// <summary>Stands as the database's comment while rows come in, for people.</summary>
    public string Marker => $"tidemark: restore {RunId} is not finished";

    private static string Folder(string stateFolder) => Path.Combine(stateFolder, "restores");

    private static string FileOf(string stateFolder, string runId) => Path.Combine(Folder(stateFolder), runId + ".json");

    public void Write(string stateFolder)
    {
        PrivateFolder.Ensure(Folder(stateFolder));
        DurableFile.WriteWhole(FileOf(stateFolder, RunId), JsonSerializer.SerializeToUtf8Bytes(this, RestoreJson.Default.RestoreRecord), replace: true);
    }

    public void Remove(string stateFolder) => DurableFile.Remove(FileOf(stateFolder, RunId));

    /// <summary>Drops the database if it carries the mark; one without it is somebody else's, or finished. True when it was dropped.</summary>
    public async Task<bool> DropAsync(NpgsqlConnection connection, CancellationToken token)
    {
        if (ConnectionLimit < LeastMark || !await connection.ScalarAsync<bool>($"select exists (select from pg_database where datname = {SqlText.Literal(Database)} and datconnlimit = {ConnectionLimit} and coalesce(shobj_description(oid, 'pg_database'), {SqlText.Literal(Marker)}) = {SqlText.Literal(Marker)})", token)) return false;
        await connection.ExecuteAsync($"drop database if exists {SqlText.Identifier(Database)} with (force)", token);
        return true;
    }

    /// <summary>Drops what killed restores left half-filled. Returns a sentence for each.</summary>
    public static async Task<IReadOnlyList<string>> TidyAsync(string stateFolder, DatabaseAddress address, Func<string, bool> runIsOver, CancellationToken token)
    {
        if (!Directory.Exists(Folder(stateFolder))) return [];
        List<string> told = [.. StateFile.SetAsideUnreadable(Folder(stateFolder), RestoreJson.Default.RestoreRecord, record => record.RunId)];
        foreach (var record in Directory.GetFiles(Folder(stateFolder), "*.json").Select(file => StateFile.Read(file, RestoreJson.Default.RestoreRecord, record => record.RunId)).OfType<RestoreRecord>().Where(record => runIsOver(record.RunId)))
        {
            await using var connection = await MaintenanceConnection.OpenAsync(address, token);
            if (await connection.SystemIdentifierAsync(token) != record.SystemIdentifier) continue;
            var dropped = await record.DropAsync(connection, token);
            if (dropped) told.Add($"dropped \"{record.Database}\", which a restore that was ended had left half-filled");
            // A copy of the server has the same system identifier; not finding the database there says nothing.
            if (dropped || address.Places[0].ToString() == record.Server) record.Remove(stateFolder);
        }
        return told;
    }
}
