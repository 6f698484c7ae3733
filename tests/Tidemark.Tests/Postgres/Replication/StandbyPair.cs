using Tidemark.EndToEnd.Support;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>A primary and a standby that follows it.</summary>
internal sealed class StandbyPair(PostgresServer primary, PostgresServer standby) : IAsyncDisposable
{
    public PostgresServer Primary => primary;

    public PostgresServer Standby => standby;

    public static async Task<StandbyPair> StartAsync(int major)
    {
        var options = new ServerOptions { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB" } };
        var pair = new StandbyPair(await PostgresServer.StartAsync(major, options), await PostgresServer.StartAsync(major, options));
        try
        {
            await pair.FollowAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>The standby becomes a copy of the primary, made while both are stopped.</summary>
    private async Task FollowAsync()
    {
        await standby.StopAsync();
        await primary.StopAsync();
        await ChildProcess.OutputAsync("sh", ["-c", "rm -rf \"$1\" && cp -a \"$0\" \"$1\" && touch \"$1/standby.signal\"", primary.DataFolder, standby.DataFolder], asServerUser: true);
        await primary.StartAsync();
        await File.AppendAllLinesAsync(Path.Combine(standby.DataFolder, "postgresql.conf"),
        [
            $"unix_socket_directories = '{standby.SocketFolder}'",
            $"primary_conninfo = 'host={primary.SocketFolder} port={primary.Port} user=postgres'",
        ]);
        await standby.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await standby.DisposeAsync();
        await primary.DisposeAsync();
    }
}
