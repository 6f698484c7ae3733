using System.Text;

namespace Tidemark.Postgres.Replication;

/// <summary>One form for passwords that look alike (RFC 4013), as PostgreSQL makes it (pg_saslprep): a password that the RFC forbids is taken as it is.</summary>
internal static class SaslPrep
{
    public static string Prepare(string password)
    {
        // Half of a surrogate pair is no character; PostgreSQL takes what is not UTF-8 as it is, too.
        if (Ascii.IsValid(password) || !IsWhole(password)) return password;
        var tables = UnicodeTables.OfPasswords.Value;
        var mapped = new List<int>();
        foreach (var rune in password.EnumerateRunes())
        {
            if (tables.Is("space", rune.Value)) mapped.Add(' ');
            else if (!tables.Is("nothing", rune.Value)) mapped.Add(rune.Value);
        }
        if (mapped.Count == 0 || mapped.Exists(code => tables.Is("forbidden", code)) || !IsOneWay(mapped, tables)) return password;
        return string.Concat(Compatible.Compose(Compatible.Decompose(mapped, tables), tables).Select(code => new Rune(code)));
    }

    private static bool IsWhole(string password) => !password.EnumerateRunes().Contains(Rune.ReplacementChar) || password.Contains('\uFFFD');

    /// <summary>What is written from right to left stands alone, and at both ends (RFC 3454, section 6).</summary>
    private static bool IsOneWay(List<int> codes, UnicodeTables tables) =>
        !codes.Exists(code => tables.Is("right", code))
        || (!codes.Exists(code => tables.Is("left", code)) && tables.Is("right", codes[0]) && tables.Is("right", codes[^1]));
}
