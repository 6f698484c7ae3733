namespace Tidemark.Storage;

internal static class SameBytes
{
    private const int Piece = 64 * 1024;

    public static async Task<bool> AreInAsync(Stream one, Stream other, CancellationToken token)
    {
        var (left, right) = (new byte[Piece], new byte[Piece]);
        while (true)
        {
            var got = await one.ReadAtLeastAsync(left, Piece, throwOnEndOfStream: false, token);
            var gotOther = await other.ReadAtLeastAsync(right, Piece, throwOnEndOfStream: false, token);
            if (!left.AsSpan(0, got).SequenceEqual(right.AsSpan(0, gotOther))) return false;
            if (got < Piece) return true;
        }
    }
}
