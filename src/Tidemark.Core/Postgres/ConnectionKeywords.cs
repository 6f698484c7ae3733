namespace Tidemark.Postgres;

/// <summary>The connection keywords of libpq 18 and the environment variable that each falls back to (fe-connect.c, PQconninfoOptions).</summary>
internal static class ConnectionKeywords
{
    /// <summary>Keyword → variable; null where libpq has none.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Variables = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["service"] = "PGSERVICE",
        ["user"] = "PGUSER",
        ["password"] = "PGPASSWORD",
        ["passfile"] = "PGPASSFILE",
        ["channel_binding"] = "PGCHANNELBINDING",
        ["connect_timeout"] = "PGCONNECT_TIMEOUT",
        ["dbname"] = "PGDATABASE",
        ["host"] = "PGHOST",
        ["hostaddr"] = "PGHOSTADDR",
        ["port"] = "PGPORT",
        ["client_encoding"] = "PGCLIENTENCODING",
        ["options"] = "PGOPTIONS",
        ["application_name"] = "PGAPPNAME",
        ["fallback_application_name"] = null,
        ["keepalives"] = null,
        ["keepalives_idle"] = null,
        ["keepalives_interval"] = null,
        ["keepalives_count"] = null,
        ["tcp_user_timeout"] = null,
        ["sslmode"] = "PGSSLMODE",
        ["sslnegotiation"] = "PGSSLNEGOTIATION",
        ["sslcompression"] = "PGSSLCOMPRESSION",
        ["sslcert"] = "PGSSLCERT",
        ["sslkey"] = "PGSSLKEY",
        ["sslcertmode"] = "PGSSLCERTMODE",
        ["sslpassword"] = null,
        ["sslrootcert"] = "PGSSLROOTCERT",
        ["sslcrl"] = "PGSSLCRL",
        ["sslcrldir"] = "PGSSLCRLDIR",
        ["sslsni"] = "PGSSLSNI",
        ["sslkeylogfile"] = null,
        ["requirepeer"] = "PGREQUIREPEER",
        ["require_auth"] = "PGREQUIREAUTH",
        ["min_protocol_version"] = "PGMINPROTOCOLVERSION",
        ["max_protocol_version"] = "PGMAXPROTOCOLVERSION",
        ["ssl_min_protocol_version"] = "PGSSLMINPROTOCOLVERSION",
        ["ssl_max_protocol_version"] = "PGSSLMAXPROTOCOLVERSION",
        ["gssencmode"] = "PGGSSENCMODE",
        ["krbsrvname"] = "PGKRBSRVNAME",
        ["gsslib"] = "PGGSSLIB",
        ["gssdelegation"] = "PGGSSDELEGATION",
        ["replication"] = null,
        ["target_session_attrs"] = "PGTARGETSESSIONATTRS",
        ["load_balance_hosts"] = "PGLOADBALANCEHOSTS",
        ["scram_client_key"] = null,
        ["scram_server_key"] = null,
        ["oauth_issuer"] = null,
        ["oauth_client_id"] = null,
        ["oauth_client_secret"] = null,
        ["oauth_scope"] = null,
    };

    /// <summary>Never on a command line, never printed.</summary>
    public static readonly IReadOnlySet<string> Secret =
        new HashSet<string>(StringComparer.Ordinal) { "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret" };

    /// <summary>Which variables say where a database is: one of them alone is enough to mean one.</summary>
    public static readonly IReadOnlyList<string> AddressVariables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"];

    /// <summary>Puts a keyword in, with libpq's two translations of old ones.</summary>
    /// <returns>False when libpq knows no such keyword.</returns>
    public static bool TryStore(Dictionary<string, string> keywords, string keyword, string value)
    {
        if (keyword == "requiressl")
            (keyword, value) = ("sslmode", value.StartsWith('1') ? "require" : "prefer");
        if (!Variables.ContainsKey(keyword))
            return false;
        keywords[keyword] = value;
        return true;
    }
}
