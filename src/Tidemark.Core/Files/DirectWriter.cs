using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>Writes a new, large file from its start to its end past the page cache. What a restore writes nobody reads soon, and to make pages for it costs the kernel more than all of our work.</summary>
internal sealed unsafe class DirectWriter : IDisposable
{
    /// <summary>Bytes: a smaller file gains nothing.</summary>
    public const long Least = 1 << 20;

    private const int Room = 2 << 20;

    /// <summary>Of memory, of places, of lengths: what every disk of today is content with.</summary>
    private const int Block = 4096;

    private readonly SafeFileHandle file;
    private readonly byte* room;
    private int filled;

    private DirectWriter(SafeFileHandle file)
    {
        this.file = file;
        room = (byte*)NativeMemory.AlignedAlloc(Room, Block);
    }

    /// <summary>Bytes that were written; those behind them are still here.</summary>
    public long At { get; private set; }

    /// <summary>The file is there, and empty. Null: its file system has no way past the cache.</summary>
    public static DirectWriter? Open(string path) => Posix.Open(path, OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.Direct) is { } file ? new DirectWriter(file) : null;

    /// <summary>False: the kernel refused, and says why in errno.</summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, Room - filled);
            bytes[..count].CopyTo(new Span<byte>(room + filled, Room - filled));
            filled += count;
            bytes = bytes[count..];
            if (filled == Room && !Flush(Room)) return false;
        }
        return true;
    }

    /// <summary>Writes all whole blocks. What is left, less than one, is for another way.</summary>
    /// <param name="rest">Good until this is disposed.</param>
    public bool Finish(out ReadOnlySpan<byte> rest)
    {
        var whole = filled / Block * Block;
        rest = new ReadOnlySpan<byte>(room + whole, filled - whole);
        return whole == 0 || Flush(whole);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(room);
        file.Dispose();
    }

    private bool Flush(int count)
    {
        for (var done = 0; done < count;)
        {
            var wrote = Posix.Pwrite(file, room + done, count - done, At);
            if (wrote < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted) continue;
            if (wrote < 0) return false;
            (done, At) = (done + (int)wrote, At + wrote);
        }
        filled = 0;
        return true;
    }
}
