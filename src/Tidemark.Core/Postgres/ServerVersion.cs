using System.Globalization;
using System.Text.RegularExpressions;

namespace Tidemark.Postgres;

/// <summary>A PostgreSQL version as its servers number it: 150018 is 15.18 (server_version_num, since PostgreSQL 10).</summary>
internal readonly partial record struct ServerVersion(int Number) : IComparable<ServerVersion>
{
    public int Major => Number / 10000;

    public int Minor => Number % 10000;

    public int CompareTo(ServerVersion other) => Number.CompareTo(other.Number);

    /// <summary>Reads "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18", "18beta1".</summary>
    public static ServerVersion? Parse(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match) return null;
        var minor = match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return new ServerVersion(int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) * 10000 + minor);
    }

    public override string ToString() => $"{Major}.{Minor}";

    [GeneratedRegex(@"(?:^|\) )(?<major>[1-9]\d)(?:\.(?<minor>\d+)|devel|beta\d+|rc\d+)")]
    private static partial Regex Pattern();
}
