using System.Text;

namespace Tidemark.Postgres;

/// <summary>The address as others want it: libpq's programs, hooks, people.</summary>
internal sealed partial class DatabaseAddress
{
    /// <summary>For the command line of a libpq program: everything but the secrets, each value quoted, so that it is one argument and no option.</summary>
    /// <remarks>The secrets go by <see cref="ChildEnvironment"/>. What ends a dead connection is added where the user has not said it.</remarks>
    public string ToConninfo() => ConnectionString.Write(InOrder().Concat(DeadPeer.ForChildren(this)).Where(pair => !ConnectionKeywords.Secret.Contains(pair.Key)));

    /// <summary>The same with <b>the secrets</b>: for a server that must connect by itself, never for a log or a command line.</summary>
    public string ToSecretConninfo() => ConnectionString.Write(InOrder().Concat(DeadPeer.ForChildren(this)).Where(pair => pair.Key != "passfile"));

    /// <summary>Variables to set for a child process. libpq has no variable for sslpassword: an encrypted client key does not reach children.</summary>
    public IReadOnlyDictionary<string, string> ChildEnvironment() => Password is { } password
        ? new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = password }
        : [];

    /// <summary>A postgresql:// URI with all that is known, <b>the password too</b>: for the environment of hooks, never for a log or a command line.</summary>
    public string ToUrl() => Url(Uri.EscapeDataString);

    /// <summary>For results: the secrets are left out, so that it can be pasted, and a pass file or PGPASSWORD adds them.</summary>
    public string ToOpenUrl() => Url(_ => null);

    /// <summary>For people and logs: secrets are ***.</summary>
    public override string ToString() => Url(_ => "***");

    /// <param name="show">What stands for a secret; null leaves it out.</param>
    private string Url(Func<string, string?> show)
    {
        StringBuilder url = new("postgresql://");
        url.Append(Uri.EscapeDataString(User));
        if (Password is { } password && show(password) is { } shownPassword)
            url.Append(':').Append(shownPassword);
        url.Append('@');

        // hostaddr goes among the parameters, beside host, which libpq then needs for certificates and pass files only.
        var places = Keyword("hostaddr") is null ? Places : ServerPlace.Pair(Keyword("host") ?? new string(',', Places.Count - 1), Keyword("port"));
        url.AppendJoin(',', places.Select(place => $"{HostInUrl(place)}:{place.Port}"));
        url.Append('/').Append(Uri.EscapeDataString(Database));

        var parameters = InOrder().Where(pair => pair.Key is not ("user" or "password" or "host" or "port" or "dbname")).ToArray();
        var separator = '?';
        foreach (var (keyword, value) in parameters)
        {
            if ((ConnectionKeywords.Secret.Contains(keyword) ? show(value) : Uri.EscapeDataString(value)) is not { } shown)
                continue;
            url.Append(separator).Append(keyword).Append('=').Append(shown);
            separator = '&';
        }

        return url.ToString();
    }

    private static string HostInUrl(ServerPlace place) => place.Host.Contains(':') ? $"[{place.Host}]" : Uri.EscapeDataString(place.Host);

    private IEnumerable<KeyValuePair<string, string>> InOrder() =>
        ConnectionKeywords.Variables.Keys.Where(keywords.ContainsKey).Select(keyword => KeyValuePair.Create(keyword, keywords[keyword]));
}
