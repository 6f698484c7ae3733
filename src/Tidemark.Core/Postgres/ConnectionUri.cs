using System.Text;

namespace Tidemark.Postgres;

/// <summary>Reads postgresql:// URIs by libpq's rules (fe-connect.c, conninfo_uri_parse_options), step by step as there.</summary>
/// <remarks>
/// Stricter in one thing: an '@' that libpq would take into a host or a database name is a fault. It is nearly always a password with '@' or
/// '/' in it that was not percent-encoded, and libpq would go on to print parts of that password as a host name.
/// </remarks>
internal static class ConnectionUri
{
    private static readonly string[] Prefixes = ["postgresql://", "postgres://"];

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsUri(string text) => Prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal));

    public static Dictionary<string, string> Parse(string uri)
    {
        Dictionary<string, string> keywords = new(StringComparer.Ordinal);
        var rest = uri[Prefixes.First(prefix => uri.StartsWith(prefix, StringComparison.Ordinal)).Length..];

        // 1. user:password@, when an '@' comes before the first '/'.
        var credentials = rest.IndexOfAny(['@', '/']);
        if (credentials >= 0 && rest[credentials] == '@')
        {
            ReadCredentials(rest[..credentials], keywords);
            rest = rest[(credentials + 1)..];
        }

        // 2. host:port,host:port … up to '/' or '?'; 3. /database; 4. ?keyword=value&…
        var (places, afterPlaces) = Cut(rest, "/?");
        var (database, query) = afterPlaces.StartsWith('/') ? Cut(afterPlaces[1..], "?") : ("", afterPlaces);
        if (places.Contains('@') || database.Contains('@'))
        {
            throw AddressFault.Of(
                "an '@' stands where a host or a database name is expected",
                "percent-encode the special characters of the password: '@' as %40, '/' as %2F, ':' as %3A, '%' as %25");
        }

        ReadPlaces(places, keywords);
        if (database.Length > 0)
            keywords["dbname"] = Decode(database, "database name");
        if (query.Length > 1)
            ReadQuery(query[1..], keywords);
        return keywords;
    }

    private static void ReadCredentials(string text, Dictionary<string, string> keywords)
    {
        var colon = text.IndexOf(':');
        var user = colon < 0 ? text : text[..colon];
        if (user.Length > 0)
            keywords["user"] = Decode(user, "user");
        if (colon >= 0 && colon + 1 < text.Length)
            keywords["password"] = Decode(text[(colon + 1)..], "password");
    }

    private static void ReadPlaces(string text, Dictionary<string, string> keywords)
    {
        List<string> hosts = [], ports = [];
        var hasPort = false;
        while (true)
        {
            string host;
            if (text.StartsWith('['))
            {
                var end = text.IndexOf(']');
                if (end < 0)
                    throw AddressFault.Of("the ']' after an IPv6 address is missing");
                if (end == 1)
                    throw AddressFault.Of("an IPv6 address is empty");
                (host, text) = (text[1..end], text[(end + 1)..]);
                if (text.Length > 0 && text[0] is not (':' or ','))
                    throw AddressFault.Of("after the ']' of an IPv6 address, ':' or '/' is expected");
            }
            else
            {
                (host, text) = Cut(text, ":,");
            }

            var port = "";
            if (text.StartsWith(':'))
            {
                (port, text) = Cut(text[1..], ",");
                hasPort = true;
            }

            hosts.Add(host);
            ports.Add(port);
            if (text.Length == 0)
                break;
            text = text[1..];
        }

        var allHosts = string.Join(',', hosts);
        if (allHosts.Length > 0)
            keywords["host"] = Decode(allHosts, "host");
        if (hasPort || ports.Count > 1)
            keywords["port"] = Decode(string.Join(',', ports), "port");
    }

    private static void ReadQuery(string text, Dictionary<string, string> keywords)
    {
        var afterSecret = false;
        foreach (var pair in text.EndsWith('&') ? text[..^1].Split('&') : text.Split('&'))
        {
            var parts = pair.Split('=');
            var keyword = Decode(parts[0], "query parameter");
            if (parts.Length != 2)
                throw AddressFault.Of($"the query parameter {Shown(keyword)} {(parts.Length < 2 ? "lacks its '='" : "has more than one '=' (write %3D)")}");
            var value = Decode(parts[1], keyword);

            // JDBC's way to say it, which libpq takes as well.
            if (keyword == "ssl" && value == "true")
                (keyword, value) = ("sslmode", "require");
            if (!ConnectionKeywords.TryStore(keywords, keyword, value))
                throw AddressFault.Of($"libpq knows no query parameter {Shown(keyword)}");
            afterSecret = ConnectionKeywords.Secret.Contains(keyword);
        }

        // What follows a secret may be the rest of one that holds an '&'.
        string Shown(string keyword) => afterSecret ? "after a secret one" : $"'{keyword}'";
    }

    /// <summary>Bytes of UTF-8; '+' is a plus.</summary>
    private static string Decode(string text, string of)
    {
        if (!text.Contains('%'))
            return text;
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, at, char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1));
                at += char.IsHighSurrogate(text[at]) ? 1 : 0;
                continue;
            }

            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                throw AddressFault.Of($"in the {of}, a '%' is not followed by two hexadecimal digits (a '%' itself is written %25)");
            var value = Convert.FromHexString(text.AsSpan(at + 1, 2))[0];
            bytes.Add(value != 0 ? value : throw AddressFault.Of($"in the {of}, %00 cannot be"));
            at += 2;
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw AddressFault.Of($"the {of}, once percent-decoded, is not UTF-8");
        }
    }

    /// <summary>The text before the first of these characters, and the text from it on.</summary>
    private static (string Before, string From) Cut(string text, string at)
    {
        // A colon within brackets belongs to an IPv6 address; '/' and '?' never stand there.
        var end = text.AsSpan().IndexOfAny(at);
        return end < 0 ? (text, "") : (text[..end], text[end..]);
    }
}
