using System.Globalization;
using System.Text;
using Npgsql;
using Tidemark.Postgres;
using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Whether a folder of this machine is the one that a server works in right now, and not a copy, an older state or another server's.</summary>
internal static class LocalCluster
{
    private const int PortLine = 3, LongestPidFile = 4096;

    /// <param name="session">To the server.</param>
    /// <param name="facts">What it said of itself.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>Empty: it is; else why not, as half a sentence.</returns>
    public static async Task<string> ObjectionAsync(NpgsqlConnection session, ClusterFacts facts, CancellationToken token)
    {
        if (!Directory.Exists(facts.DataFolder)) return $"{facts.DataFolder} is not on this machine, or not for us";
        await using var files = new LocalClusterFiles(facts.DataFolder);
        try
        {
            if (await PortAsync(files, token) is not { } port) return "no server runs in it";
            if (port != facts.Port) return $"the server that runs in it listens on port {port}, not {facts.Port}";
            // A checkpoint may come between the two: then the file has the later one, and the server is asked again.
            for (var tried = 0; ; tried++)
            {
                var said = Lsn.Parse(await session.ScalarAsync<string>("select checkpoint_lsn::text from pg_control_checkpoint()", token));
                var (_, control) = await ControlFileReader.ReadAsync(files, token);
                if (control.SystemIdentifier != facts.SystemIdentifier) return $"its system identifier is {control.SystemIdentifier}";
                if (control.Checkpoint.Location == said) return "";
                if (tried > 0) return $"its last checkpoint is at {control.Checkpoint.Location}, the server's at {said}";
            }
        }
        catch (Fault unreadable) when (unreadable.Code == FaultCode.Store || unreadable.Code == FaultCode.Verification)
        {
            return unreadable.InOneLine;
        }
    }

    /// <summary>From postmaster.pid; null: there is none.</summary>
    private static async Task<int?> PortAsync(LocalClusterFiles files, CancellationToken token)
    {
        var bytes = new byte[LongestPidFile];
        if (await files.ReadAsync("postmaster.pid", 0, bytes, token) is not { } read) return null;
        var lines = Encoding.UTF8.GetString(bytes, 0, read).Split('\n');
        return lines.Length > PortLine && int.TryParse(lines[PortLine], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
    }
}
