using System.Buffers.Binary;

namespace Tidemark.Storage.Azure;

/// <summary>How the bytes of an object are cut into blocks. At most 50,000 are allowed, and the size of the whole is not known.</summary>
internal static class AzureBlocks
{
    public const int Most = 50_000;

    private const int First = 8 * 1024 * 1024, OfASize = 5_000, Doublings = 4;

    /// <summary>Blocks double after every 5,000, up to 128 MiB, which makes room for 4.1 TiB.</summary>
    /// <param name="number">From 0.</param>
    public static int SizeOf(int number) => First << Math.Min(number / OfASize, Doublings);

    /// <summary>The same name is never given by two uploads: blocks of unfinished uploads of one object lie together.</summary>
    public static string NameOf(Guid upload, int number)
    {
        Span<byte> name = stackalloc byte[20];
        upload.TryWriteBytes(name);
        BinaryPrimitives.WriteInt32BigEndian(name[16..], number);
        return Convert.ToBase64String(name);
    }
}
