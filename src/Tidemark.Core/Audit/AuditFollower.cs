using System.Text;
using Microsoft.Win32.SafeHandles;
using Tidemark.Files;

namespace Tidemark.Audit;

/// <summary>Reads what is added to the audit log from now on, whoever adds it, across files that are put aside.</summary>
internal sealed class AuditFollower : IDisposable
{
    private readonly string path;
    private readonly List<byte> half = [];
    private SafeFileHandle? file;
    private long read;

    public AuditFollower(string stateFolder)
    {
        path = AuditLog.PathIn(stateFolder);
        if (!TryOpen()) return;
        read = RandomAccess.GetLength(file!);
    }

    /// <summary>Whole lines that have come since the last call, in their order, as they are.</summary>
    /// <exception cref="Fault">8: it is no regular file.</exception>
    public IReadOnlyList<string> Read()
    {
        var lines = new List<string>();
        while (file is not null || TryOpen())
        {
            // Asked before the rest is read: then nothing more can come to a file that was put aside.
            var replaced = FileFacts.Of(path) is { } named && FileFacts.Of(file!, path) is var open && (named.Device, named.Number) != (open.Device, open.Number);
            ReadRest(lines);
            if (!replaced) break;
            file!.Dispose();
            (file, read) = (null, 0);
            half.Clear();
        }
        return lines;
    }

    public void Dispose() => file?.Dispose();

    private bool TryOpen()
    {
        RegularFile.RequireOwn(path, "the audit log");
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private void ReadRest(List<string> lines)
    {
        var buffer = new byte[64 * 1024];
        // Shorter than it was: a line that found the disk full was taken back.
        read = Math.Min(read, RandomAccess.GetLength(file!));
        for (int count; (count = RandomAccess.Read(file!, buffer, read)) > 0; read += count)
            foreach (var one in buffer.AsSpan(0, count))
                if (one != (byte)'\n') half.Add(one);
                else if (half.Count > 0)
                {
                    lines.Add(Encoding.UTF8.GetString([.. half]));
                    half.Clear();
                }
    }
}
