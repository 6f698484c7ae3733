namespace Tidemark.Tests.Repositories.Packs;

/// <summary>Bytes that compress about as tables do, always the same for a seed.</summary>
internal static class MadePages
{
    public static byte[] Of(int length, ulong seed)
    {
        var bytes = new byte[length];
        var state = (seed * 0x9E37_79B9_7F4A_7C15UL) | 1;
        for (var at = 0; at < length; at++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[at] = (state & 3) == 0 ? (byte)(state >> 32) : (byte)(at >> 5);
        }
        return bytes;
    }
}
