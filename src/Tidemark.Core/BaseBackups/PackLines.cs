using System.Globalization;
using Tidemark.Codecs;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>The lines behind refs, read as a stream: there may be a hundred thousand.</summary>
internal static class PackLines
{
    // An id, a space, and a number.
    private const int Longest = 64 + 1 + 19;

    /// <param name="from">Refs from their start.</param>
    /// <param name="refs">What their first line says.</param>
    /// <param name="take">Gets id and size of each.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="InvalidDataException">They are not what the first line says.</exception>
    public static async Task ReadAsync(Stream from, BaseRefs refs, Action<string, long> take, CancellationToken token)
    {
        await using var ahead = new BufferedStream(from, 128 * 1024);
        Skip(ahead);
        Skip(ahead);
        using var hashed = new HashingStream(ahead);
        using var lines = new StreamReader(hashed, System.Text.Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        var (count, bytes) = (0, 0L);
        while (await lines.ReadLineAsync(token) is { } line)
        {
            if (++count > refs.Packs || line.Length > Longest || line.Split(' ') is not [var id, var told] || !SealedPack.IsId(id) || !long.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size > SealedPack.Largest)
                throw new InvalidDataException($"line {count} of its packs is none");
            bytes += size;
            take(id, size);
        }
        if (count != refs.Packs || bytes != refs.PackBytes || hashed.Hex() != refs.PackLines) throw new InvalidDataException($"it tells {count} packs of {bytes} bytes, and {refs.Packs} of {refs.PackBytes} bytes were written, or others");
    }

    private static void Skip(Stream from)
    {
        for (int next; (next = from.ReadByte()) != '\n';)
            if (next < 0) throw new InvalidDataException("it is cut before its packs");
    }
}
