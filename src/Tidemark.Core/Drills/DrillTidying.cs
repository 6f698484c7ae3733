using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>Removes what killed drills left: private servers with their folders, and scratch databases on given servers.</summary>
internal sealed class DrillTidying(string stateFolder, Func<string, bool> runIsOver, TimeProvider clock)
{
    /// <summary>On this machine only. Returns a sentence for each.</summary>
    public IReadOnlyList<string> OfThisMachine()
    {
        var told = new List<string>();
        foreach (var note in DrillNote.Left(stateFolder, runIsOver, told).Where(note => note.Database is null))
        {
            if (note.Folder is { } folder && ScratchFolder.TryRemove(folder, clock)) told.Add($"removed the private server of a drill that was ended, with its folder {folder}");
            if (note.Folder is null || !Directory.Exists(note.Folder)) note.Remove(stateFolder);
        }
        return told;
    }

    /// <summary>On the servers that were given. Returns a sentence for each.</summary>
    /// <param name="targetOf">Of what was typed, or of the configuration (null); null where that names none any more.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<string>> OfServersAsync(Func<string?, DrillTarget?> targetOf, CancellationToken token)
    {
        var told = new List<string>();
        foreach (var note in DrillNote.Left(stateFolder, runIsOver, told).Where(note => note.Database is not null))
            try
            {
                if (targetOf(note.Given) is not { } server)
                {
                    told.Add($"the scratch database \"{note.Database}\" of a drill that was ended may still be on its server, which the configuration names no more (BACKUP_DRILL_TARGET)");
                    continue;
                }
                if (await note.DropAsync(server.Address, token)) told.Add($"dropped \"{note.Database}\" on {server.Address.Places[0]}, which a drill that was ended had left");
                note.Remove(stateFolder);
            }
            catch (Exception failed) when (failed is Fault or NpgsqlException or IOException)
            {
                told.Add($"the scratch database \"{note.Database}\" of a drill that was ended could not be dropped: {(failed as Fault)?.InOneLine ?? failed.Message}");
            }
        return told;
    }
}
