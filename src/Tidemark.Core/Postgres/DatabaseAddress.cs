using System.Collections.ObjectModel;

namespace Tidemark.Postgres;

/// <summary>Which database, where, as whom: what libpq makes of a URI or key=value text, the PG* variables, a service file and its defaults.</summary>
/// <remarks>Always complete: user, dbname, host (or hostaddr) and port have values, so that libpq's programs and Npgsql go to the same place.</remarks>
internal sealed partial class DatabaseAddress
{
    private static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    private static readonly string[] SessionKinds = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];

    private readonly ReadOnlyDictionary<string, string> keywords;

    private DatabaseAddress(Dictionary<string, string> keywords)
    {
        this.keywords = keywords.AsReadOnly();
        Places = ServerPlace.Pair(Keyword("hostaddr") ?? Keyword("host"), Keyword("port"));
        Check("sslmode", SslModes);
        Check("target_session_attrs", SessionKinds);
    }

    public string Database => keywords["dbname"];

    public string User => keywords["user"];

    /// <summary>Null: none is needed, or it comes from a pass file.</summary>
    public string? Password => Keyword("password");

    /// <summary>All values that may be shown to nobody.</summary>
    public IEnumerable<string> Secrets => keywords.Where(pair => ConnectionKeywords.Secret.Contains(pair.Key)).Select(pair => pair.Value);

    /// <summary>In the order in which they are tried; never empty.</summary>
    public IReadOnlyList<ServerPlace> Places { get; }

    /// <summary>The value of a keyword of libpq, or null when libpq's own default applies.</summary>
    public string? Keyword(string name) => keywords.GetValueOrDefault(name);

    /// <param name="text">A URI, key=value, or empty: then the variables alone say where.</param>
    /// <param name="environment">Read for PG* and HOME; an empty value counts as not set.</param>
    /// <param name="osUser">Who connects when nobody is named.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it never holds the password.</exception>
    public static DatabaseAddress Parse(string text, IReadOnlyDictionary<string, string> environment, string osUser)
    {
        Dictionary<string, string> keywords = new(Written(text).Where(pair => pair.Value.Length > 0), StringComparer.Ordinal);

        // What is written beats the service, the service beats the variables.
        if ((keywords.GetValueOrDefault("service") ?? Variable(environment, "PGSERVICE")) is { } service)
            AddMissing(keywords, ServiceFile.Read(service, environment));
        keywords.Remove("service");
        AddMissing(keywords, ConnectionKeywords.Variables
            .Where(pair => pair.Value is not null && pair.Key != "service" && Variable(environment, pair.Value) is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, Variable(environment, pair.Value!)!)));

        keywords.TryAdd("user", osUser);
        keywords.TryAdd("dbname", keywords["user"]);
        if (!keywords.ContainsKey("hostaddr"))
            keywords.TryAdd("host", ServerPlace.DefaultSocketFolder);
        keywords.TryAdd("port", $"{ServerPlace.DefaultPort}");
        return new DatabaseAddress(keywords);
    }

    /// <summary>The same server, user and secrets, another database.</summary>
    public DatabaseAddress WithDatabase(string name) => With("dbname", name);

    /// <summary>The same, but for one keyword of libpq's.</summary>
    public DatabaseAddress With(string keyword, string value) => new(new Dictionary<string, string>(keywords, StringComparer.Ordinal) { [keyword] = value });

    /// <summary>Whether the text itself, not the variables around it, holds a password or the like.</summary>
    public static bool HoldsSecret(string text) => Written(text).Keys.Any(ConnectionKeywords.Secret.Contains);

    private static Dictionary<string, string> Written(string text) =>
        ConnectionUri.IsUri(text.Trim()) ? ConnectionUri.Parse(text.Trim()) : ConnectionString.Parse(text.Trim());

    private static string? Variable(IReadOnlyDictionary<string, string> environment, string? name) =>
        environment.TryGetValue(name!, out var value) && value.Length > 0 ? value : null;

    private static void AddMissing(Dictionary<string, string> keywords, IEnumerable<KeyValuePair<string, string>> more)
    {
        foreach (var (keyword, value) in more)
            keywords.TryAdd(keyword, value);
    }

    private void Check(string keyword, string[] known)
    {
        if (Keyword(keyword) is { } value && !known.Contains(value))
            throw AddressFault.Of($"{keyword} is '{value}', but must be one of {string.Join(", ", known)}");
    }
}
