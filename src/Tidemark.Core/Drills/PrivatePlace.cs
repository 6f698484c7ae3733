using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>A private server of the programs on this machine. It writes as durably as any: its times are to be believed.</summary>
internal sealed class PrivatePlace : DrillPlace
{
    private readonly ScratchServer server;
    private readonly DrillNote note;
    private readonly string stateFolder;

    private PrivatePlace(ScratchServer server, DrillNote note, string stateFolder) => (this.server, this.note, this.stateFolder) = (server, note, stateFolder);

    public override DatabaseAddress Server => server.Address("postgres");

    public override string Words => "a private server of the programs on this machine, reached by a socket";

    public override string State => Path.Combine(server.Folder, "state");

    public override bool IsPrivate => true;

    public static async Task<PrivatePlace> OpenAsync(PostgresBinaries binaries, ServerVersion? like, string database, string runId, string stateFolder, TimeProvider clock, CancellationToken token)
    {
        var note = new DrillNote(runId);
        try
        {
            var server = await ScratchServer.StartAsync(binaries, clock, token, new ScratchOptions { Like = like, Durable = true, Made = folder => (note with { Folder = folder }).Write(stateFolder) });
            return new PrivatePlace(server, note, stateFolder) { Database = database };
        }
        catch
        {
            note.Remove(stateFolder);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        note.Remove(stateFolder);
    }
}
