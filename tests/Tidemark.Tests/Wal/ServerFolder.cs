using System.Buffers.Binary;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Wal;

/// <summary>As much of a data directory as the commands look at.</summary>
internal sealed class ServerFolder : IDisposable
{
    private readonly TempFolder folder = new();

    public ServerFolder(ulong cluster = MadeWal.Cluster)
    {
        Directory.CreateDirectory(folder["global"]);
        Directory.CreateDirectory(folder["pg_wal/archive_status"]);
        var control = new byte[8192];
        BinaryPrimitives.WriteUInt64LittleEndian(control, cluster);
        File.WriteAllBytes(folder["global/pg_control"], control);
    }

    public string Path => folder.Path;

    public string State => folder["state"];

    /// <summary>Where recovery wants a segment.</summary>
    public string Wanted => folder["pg_wal/RECOVERYXLOG"];

    public string this[string name] => folder[name];

    /// <summary>A segment that waits to be archived.</summary>
    public string Ready(WalSegmentName name, byte[]? bytes = null)
    {
        File.WriteAllBytes(folder[$"pg_wal/{name}"], bytes ?? MadeWal.Segment(name));
        File.WriteAllText(folder[$"pg_wal/archive_status/{name}.ready"], "");
        return folder[$"pg_wal/{name}"];
    }

    public void Dispose() => folder.Dispose();
}
