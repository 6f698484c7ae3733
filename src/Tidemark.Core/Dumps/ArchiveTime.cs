namespace Tidemark.Dumps;

/// <summary>When a custom archive was begun, from its header: the wall clock of the machine that made it, whose time zone is not told.</summary>
internal static class ArchiveTime
{
    // Before the seven ints: magic (5), version (3), sizes of int and offset, format; then the compression, a byte since 1.15, an int before.
    private const int Minor = 6, IntSize = 8, Compression = 11;

    /// <summary>The earlier of that time read as UTC and as this machine's own; null where the header does not say.</summary>
    public static DateTimeOffset? Earliest(ReadOnlySpan<byte> head, TimeZoneInfo here)
    {
        if (head.Length < 64 || !head.StartsWith("PGDMP"u8)) return null;
        int size = head[IntSize];
        if (size is 0 or > 4) return null;
        var at = Compression + (head[Minor] >= 15 ? 1 : 1 + size);
        Span<int> fields = stackalloc int[6];
        foreach (ref var field in fields)
        {
            if (at + 1 + size > head.Length || head[at] != 0) return null;
            for (var b = 0; b < size; b++) field |= head[at + 1 + b] << (8 * b);
            at += 1 + size;
        }
        var (second, minute, hour, day, month, year) = (fields[0], fields[1], fields[2], fields[3], fields[4] + 1, fields[5] + 1900);
        if (year is < 1990 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60) return null;
        var clock = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        var (utc, local) = (new DateTimeOffset(clock, TimeSpan.Zero), new DateTimeOffset(clock, here.GetUtcOffset(clock)));
        return utc < local ? utc : local.ToUniversalTime();
    }
}
