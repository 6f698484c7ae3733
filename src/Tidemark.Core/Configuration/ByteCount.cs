using System.Globalization;

namespace Tidemark.Configuration;

/// <summary>A number of bytes as people write it: a whole number and one of kB, MB, GB (thousands) or KiB, MiB, GiB, such as "20MB". Nothing else is read, zero neither.</summary>
internal readonly record struct ByteCount(long Bytes)
{
    private static readonly (string Name, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];

    public static bool TryParse(string text, out ByteCount count)
    {
        count = default;
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.Ordinal));
        if (unit.Name is null || !int.TryParse(text.AsSpan(0, text.Length - unit.Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return false;
        count = new ByteCount(number * unit.Bytes);
        return true;
    }
}
