namespace Tidemark.Postgres;

/// <summary>pg_service.conf: connection keywords by a name. Npgsql does not read it, so we do, by libpq's rules (parseServiceInfo).</summary>
internal static class ServiceFile
{
    /// <summary>The keywords of a service: from PGSERVICEFILE or ~/.pg_service.conf, else from the machine's file.</summary>
    public static Dictionary<string, string> Read(string service, IReadOnlyDictionary<string, string> environment)
    {
        var places = Places(environment).ToArray();
        foreach (var path in places.Where(File.Exists))
        {
            if (ReadSection(path, service) is { } keywords)
                return keywords;
        }

        throw AddressFault.Of($"the service '{service}' is defined in none of: {string.Join(", ", places)}", "see PostgreSQL's page \"The Connection Service File\"");
    }

    private static IEnumerable<string> Places(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("PGSERVICEFILE", out var own))
            yield return own;
        else if (environment.TryGetValue("HOME", out var home))
            yield return Path.Combine(home, ".pg_service.conf");

        // Debian's libpq is built with /etc/postgresql-common.
        yield return Path.Combine(environment.GetValueOrDefault("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf");
    }

    private static Dictionary<string, string>? ReadSection(string path, string service)
    {
        Dictionary<string, string>? keywords = null;
        var number = 0;
        foreach (var raw in ReadLines(path))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
            {
                if (keywords is not null)
                    return keywords;
                if (line == $"[{service}]")
                    keywords = new(StringComparer.Ordinal);
                continue;
            }

            var equals = line.IndexOf('=');
            if (keywords is null)
                continue;
            if (equals < 0 || !ConnectionKeywords.TryStore(keywords, line[..equals], line[(equals + 1)..]))
                throw AddressFault.Of($"{path}:{number} is not keyword=value with a keyword of libpq", $"edit {path}");
        }

        return keywords;
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AddressFault.Of($"{path}: {error.Message}", $"ls -l '{path}'");
        }
    }
}
