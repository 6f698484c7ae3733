using System.Text.Json;
using Npgsql;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Drills;

/// <summary>What a drill has made, or is about to make: on disk before it is there, removed when all of it is gone.</summary>
internal sealed record DrillNote(string RunId)
{
    /// <summary>Of a private server, absolute; null: none is made yet, or it is on a given server.</summary>
    public string? Folder { get; init; }

    /// <summary>The name of a scratch database on a given server. It holds a number that nobody else chooses.</summary>
    public string? Database { get; init; }

    public string? SystemIdentifier { get; init; }

    /// <summary>See <see cref="DrillTarget.Given"/>.</summary>
    public string? Given { get; init; }

    private static string NotesOf(string stateFolder) => Path.Combine(stateFolder, "drilling");

    /// <summary>What the restore into a given server notes for itself.</summary>
    public string WorkOf(string stateFolder) => Path.Combine(NotesOf(stateFolder), RunId);

    public void Write(string stateFolder)
    {
        PrivateFolder.Ensure(NotesOf(stateFolder));
        DurableFile.WriteWhole(FileOf(stateFolder), JsonSerializer.SerializeToUtf8Bytes(this, DrillJson.Default.DrillNote), replace: true);
    }

    public void Remove(string stateFolder)
    {
        if (Directory.Exists(WorkOf(stateFolder))) Directory.Delete(WorkOf(stateFolder), recursive: true);
        DurableFile.Remove(FileOf(stateFolder));
    }

    /// <summary>Those whose drill is over.</summary>
    public static IReadOnlyList<DrillNote> Left(string stateFolder, Func<string, bool> runIsOver, List<string> told)
    {
        if (!Directory.Exists(NotesOf(stateFolder))) return [];
        told.AddRange(StateFile.SetAsideUnreadable(NotesOf(stateFolder), DrillJson.Default.DrillNote, note => note.RunId));
        return [.. Directory.GetFiles(NotesOf(stateFolder), "*.json").Select(file => StateFile.Read(file, DrillJson.Default.DrillNote, note => note.RunId)).OfType<DrillNote>().Where(note => runIsOver(note.RunId))];
    }

    /// <summary>Drops the scratch database. False: it is not there.</summary>
    /// <exception cref="Fault">It is another server, or does not answer.</exception>
    public async Task<bool> DropAsync(DatabaseAddress target, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(target, token);
        if (await connection.SystemIdentifierAsync(token) != SystemIdentifier) throw new Fault(FaultCode.NotFound, "this is another server than the drill was given") { Where = target.ToString(), Next = "tidemark drill run --target URL # the one that it was given" };
        if (Database is null || !(await connection.DatabaseNamesAsync(token)).Contains(Database)) return false;
        var drop = $"drop database if exists {SqlText.Identifier(Database)} with (force)";
        try
        {
            await connection.ExecuteAsync(drop, token);
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            // A restored subscription keeps its database; it has no slot anywhere, so that dropping it asks nobody.
            await DropSubscriptionsAsync(target.WithDatabase(Database), token);
            await connection.ExecuteAsync(drop, token);
        }
        return true;
    }

    private static async Task DropSubscriptionsAsync(DatabaseAddress database, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(database, token);
        foreach (var name in await connection.ColumnAsync("select quote_ident(subname) from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())", token))
            await connection.ExecuteAsync($"alter subscription {name} disable; alter subscription {name} set (slot_name = none); drop subscription {name}", token);
    }

    private string FileOf(string stateFolder) => Path.Combine(NotesOf(stateFolder), RunId + ".json");
}
