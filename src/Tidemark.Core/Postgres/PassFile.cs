using System.Text;

namespace Tidemark.Postgres;

/// <summary>~/.pgpass: passwords by host, port, database and user. Npgsql reads it for SQL; for connections of our own we do, by libpq's rules (passwordFromFile).</summary>
internal static class PassFile
{
    /// <summary>Null: no line fits, there is no file, or others can read it and so it does not count.</summary>
    /// <remarks>The host is the name, not the address; or a socket's folder, which is "localhost" when it is libpq's own.</remarks>
    public static string? Find(DatabaseAddress address, string host, int port, string database)
    {
        var path = address.Keyword("passfile") ?? Path.Combine(LibpqFolder.Home, ".pgpass");
        if (!File.Exists(path) || LibpqFolder.IsOpenTo(LibpqFolder.Others, path)) return null;
        string[] wanted = [host == ServerPlace.DefaultSocketFolder ? "localhost" : host, $"{port}", database, address.User];
        return File.ReadLines(path).Where(line => !line.StartsWith('#')).Select(Fields)
            .FirstOrDefault(fields => fields.Count >= 5 && wanted.Zip(fields).All(pair => pair.Second == "*" || Plain(pair.Second) == pair.First)) is { } found ? Plain(found[4]) : null;
    }

    /// <summary>Colons part them unless a backslash stands before.</summary>
    private static List<string> Fields(string line)
    {
        var fields = new List<string> { "" };
        var field = new StringBuilder();
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == ':')
            {
                fields[^1] = field.ToString();
                fields.Add("");
                field.Clear();
                continue;
            }
            field.Append(line[at]);
            if (line[at] == '\\' && at + 1 < line.Length) field.Append(line[++at]);
        }
        fields[^1] = field.ToString();
        return fields;
    }

    private static string Plain(string field)
    {
        var plain = new StringBuilder(field.Length);
        for (var at = 0; at < field.Length; at++) plain.Append(field[at] == '\\' && at + 1 < field.Length ? field[++at] : field[at]);
        return plain.ToString();
    }
}
