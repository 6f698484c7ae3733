using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>Reads pg_control while the server writes it.</summary>
internal static class ControlFileReader
{
    /// <returns>The file as it is, and what it says.</returns>
    /// <exception cref="Fault">10: it is damaged: the same bytes twice, and no good ones. 8: it is gone, or cannot be read.</exception>
    public static async Task<(byte[] Bytes, ControlFile Control)> ReadAsync(IClusterFiles files, CancellationToken token)
    {
        byte[]? before = null;
        while (true)
        {
            var bytes = new byte[ControlFile.Length];
            var read = await files.ReadAsync(ControlFile.Path, 0, bytes, token) ?? throw Damaged("it is not there");
            if (ControlFile.Read(bytes.AsSpan(0, read), out var why) is { } control) return (bytes, control);
            // Half old and half new for a moment, on some file systems. The next reading finds the rest written, or another half.
            if (before is not null && bytes.AsSpan().SequenceEqual(before)) throw Damaged(why);
            before = bytes;
        }
    }

    private static Fault Damaged(string why) => new(FaultCode.Verification, "the control file of the cluster is not good")
    {
        Where = ControlFile.Path,
        Why = why,
        Next = "pg_controldata -D <data folder> # on the server's machine",
    };
}
