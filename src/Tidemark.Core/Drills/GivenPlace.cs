using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>A scratch database on a server that somebody named. Its other databases are not touched, and no role is made.</summary>
internal sealed class GivenPlace : DrillPlace
{
    private readonly DrillTarget target;
    private readonly DrillNote note;
    private readonly string stateFolder;
    private readonly Action<string> log;

    private GivenPlace(DrillTarget target, DrillNote note, string stateFolder, Action<string> log) => (this.target, this.note, this.stateFolder, this.log) = (target, note, stateFolder, log);

    public override DatabaseAddress Server => target.Address;

    public override string Words => $"a scratch database on the server {target.Address.Places[0]}";

    public override string State => note.WorkOf(stateFolder);

    public override bool IsPrivate => false;

    public static async Task<GivenPlace> OpenAsync(DrillTarget target, string database, string runId, string stateFolder, Action<string> log, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(target.Address, token);
        // A name that is taken would be somebody's: then nothing is noted, and nothing dropped.
        if ((await connection.DatabaseNamesAsync(token)).Contains(database)) throw new Fault(FaultCode.Locked, $"there is a database \"{database}\" already") { Where = target.Address.ToString(), Next = "tidemark drill run # takes another name" };
        var note = new DrillNote(runId) { Database = database, SystemIdentifier = await connection.SystemIdentifierAsync(token), Given = target.Given };
        note.Write(stateFolder);
        return new GivenPlace(target, note, stateFolder, log) { Database = database };
    }

    /// <summary>What cannot be dropped now stays noted: the next start does it.</summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await note.DropAsync(target.Address, CancellationToken.None);
            note.Remove(stateFolder);
        }
        catch (Exception kept) when (kept is Fault or NpgsqlException)
        {
            log($"warning: the scratch database \"{Database}\" could not be dropped, the next drill does it: {(kept as Fault)?.InOneLine ?? kept.Message}");
        }
    }
}
