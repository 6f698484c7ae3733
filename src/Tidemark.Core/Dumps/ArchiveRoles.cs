using System.Text;
using Tidemark.Dumps.Plain;

namespace Tidemark.Dumps;

/// <summary>The roles that a custom archive names, and what some of them shall be called instead.</summary>
/// <remarks>pg_restore takes owners from a field of each entry; grants, policies and user mappings name roles in their statements.</remarks>
/// <param name="renamed">New names by old ones; all at once, so that two can be exchanged.</param>
internal sealed class ArchiveRoles(IReadOnlyDictionary<string, string> renamed)
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<string> unknown = [], mentions = [];

    /// <summary>Every role at a place where the grammar wants one.</summary>
    public IReadOnlySet<string> Names => names;

    /// <summary>Entries with a statement of a shape that is not known, which may name a role that shall be renamed.</summary>
    public IReadOnlyList<string> Unknown => unknown;

    /// <summary>Entries in which such a name stands in a string: as data, or as <c>'…'::regrole</c> and <c>SET role TO '…'</c>. They stay as they are.</summary>
    public IReadOnlyList<string> Mentions => mentions;

    /// <summary>Its text is UTF-8. Of others only names in ASCII are understood.</summary>
    public bool IsUtf8 { get; private set; }

    public byte[] Owner(byte[] owner)
    {
        if (owner.Length == 0) return owner;
        var name = SqlBytes.Decode(owner);
        names.Add(name);
        return renamed.TryGetValue(name, out var other) ? Encoding.UTF8.GetBytes(other) : owner;
    }

    /// <param name="kind">pg_dump's word for the entry.</param>
    /// <param name="name">The entry's.</param>
    /// <param name="sql">Its definition, or how to drop it.</param>
    public byte[] Sql(string kind, string name, byte[] sql)
    {
        if (kind == "ENCODING") IsUtf8 = sql.AsSpan().IndexOf("'UTF8'"u8) >= 0;
        // What is said of the database as a whole, pg_restore says only with --create.
        if (kind is "ACL" or "DEFAULT ACL" or "POLICY" or "USER MAPPING") return Renamed(kind, name, sql);
        if (kind != "COMMENT" && InString(sql)) Add(mentions, kind, name);
        return sql;
    }

    private byte[] Renamed(string kind, string name, byte[] sql)
    {
        var places = RolePlaces.In(sql);
        names.UnionWith(places.Found.Select(place => place.Name));
        if (places.Unread.Any(range => Mentioned(sql.AsSpan((int)range.Start, (int)range.Length), inStringsOnly: false))) Add(unknown, kind, name);
        if (kind == "POLICY" && InString(sql)) Add(mentions, kind, name);
        if (!places.Found.Any(place => renamed.ContainsKey(place.Name))) return sql;
        using var text = new MemoryStream();
        var at = 0;
        foreach (var place in places.Found)
        {
            if (!renamed.TryGetValue(place.Name, out var other)) continue;
            text.Write(sql, at, place.Start - at);
            text.Write(Encoding.UTF8.GetBytes('"' + other.Replace("\"", "\"\"", StringComparison.Ordinal) + '"'));
            at = place.Start + place.Length;
        }
        text.Write(sql, at, sql.Length - at);
        return text.ToArray();
    }

    private bool InString(byte[] sql) => renamed.Keys.Any(name => sql.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0) && Mentioned(sql, inStringsOnly: true);

    private bool Mentioned(ReadOnlySpan<byte> sql, bool inStringsOnly)
    {
        var tokens = new SqlTokens(sql);
        for (var token = tokens.Next(); !token.IsEnd; token = tokens.Next())
            // In '"name"'::regrole the name is quoted twice.
            if ((token.IsString || (token.IsName && !inStringsOnly)) && renamed.ContainsKey(token.IsString ? token.Value().Trim('"') : token.Value())) return true;
        return false;
    }

    private static void Add(List<string> entries, string kind, string name)
    {
        var entry = $"{kind.ToLowerInvariant()} {name}";
        if (!entries.Contains(entry)) entries.Add(entry);
    }
}
