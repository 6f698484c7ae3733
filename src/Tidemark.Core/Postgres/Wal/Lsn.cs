using System.Globalization;

namespace Tidemark.Postgres.Wal;

/// <summary>A place in the write-ahead log: bytes since the cluster was made, as PostgreSQL counts them, over all timelines.</summary>
internal readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    /// <summary>PostgreSQL's InvalidXLogRecPtr: no place.</summary>
    public static readonly Lsn None = new(0);

    public bool IsNone => Value == 0;

    /// <summary>Takes PostgreSQL's own form, <c>16/B374D848</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Lsn lsn)
    {
        lsn = None;
        var slash = text.IndexOf('/');
        if (slash is < 1 or > 8 || text.Length - slash - 1 is < 1 or > 8) return false;
        if (!uint.TryParse(text[..slash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)) return false;
        if (!uint.TryParse(text[(slash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)) return false;
        lsn = new Lsn(((ulong)high << 32) | low);
        return true;
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static Lsn Parse(ReadOnlySpan<char> text) => TryParse(text, out var lsn) ? lsn : throw new FormatException($"'{text}' is no LSN (16/B374D848)");

    public static Lsn operator +(Lsn lsn, ulong bytes) => new(checked(lsn.Value + bytes));

    public static ulong operator -(Lsn later, Lsn earlier) => checked(later.Value - earlier.Value);

    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{Value >> 32:X}/{(uint)Value:X}";
}
