using Npgsql;

namespace Tidemark.Postgres;

/// <summary>The address in Npgsql's words.</summary>
internal sealed partial class DatabaseAddress
{
    /// <summary>Npgsql knows no longer wait than this, in seconds.</summary>
    private const int LongestTimeout = 1024;

    /// <summary>The same server for Npgsql, unpooled: a backup's session is its own, and a swap must be able to close all of ours.</summary>
    public NpgsqlConnectionStringBuilder ToNpgsql()
    {
        NpgsqlConnectionStringBuilder builder = new()
        {
            Host = HostsForNpgsql(),
            Port = Places.FirstOrDefault(place => place.IsSocket, Places[0]).Port,
            Database = Database,
            Username = User,
            Password = Password,
            ApplicationName = Keyword("application_name") ?? "tidemark",
            Pooling = false,
        };

        Set("passfile", value => builder.Passfile = value);
        Set("options", value => builder.Options = value);
        Set("connect_timeout", value => builder.Timeout = Timeout(value));
        Set("target_session_attrs", value => builder.TargetSessionAttributes = value);
        Set("load_balance_hosts", value => builder.LoadBalanceHosts = value == "random");
        Set("require_auth", value => builder.RequireAuth = AuthenticationInNpgsql(value));
        Set("krbsrvname", value => builder.KerberosServiceName = value);
        Set("channel_binding", value => builder.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true));
        Set("gssencmode", value => builder.GssEncryptionMode = Enum.Parse<GssEncryptionMode>(value, ignoreCase: true));
        Set("sslnegotiation", value => builder.SslNegotiation = Enum.Parse<SslNegotiation>(value, ignoreCase: true));
        Set("sslcert", value => builder.SslCertificate = value);
        Set("sslkey", value => builder.SslKey = value);
        Set("sslpassword", value => builder.SslPassword = value);

        // "system" is the machine's own store, which Npgsql takes when it is given no file.
        var rootCertificate = Keyword("sslrootcert") is "system" ? null : Keyword("sslrootcert");
        Set("sslrootcert", _ => builder.RootCertificate = rootCertificate);
        Set("sslmode", value => builder.SslMode = SslModeOf(value, rootCertificate is not null));
        DeadPeer.Bound(builder, this);
        return builder;

        void Set(string keyword, Action<string> set)
        {
            if (Keyword(keyword) is not { } value)
                return;
            try
            {
                set(value);
            }
            catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
            {
                throw AddressFault.Of($"the value of {keyword} is not one that can be used");
            }
        }
    }

    /// <summary>One host, or a list with ports.</summary>
    private string HostsForNpgsql()
    {
        // In a list, Npgsql takes a port from each host, but sockets share the setting Port.
        if (Places.Where(place => place.IsSocket).Select(place => place.Port).Distinct().Count() > 1)
            throw AddressFault.Of("several socket folders have different ports", "name one of them");

        // Npgsql heeds target_session_attrs in a list only; libpq heeds it for one host too. So one host becomes a list of itself.
        IEnumerable<ServerPlace> places = Places;
        if (Places.Count == 1 && Keyword("target_session_attrs") is not (null or "any"))
            places = [Places[0], Places[0]];
        return places.Count() == 1 ? Places[0].Host : string.Join(',', places.Select(place => place.IsSocket ? place.Host : place.ToString()));
    }

    /// <remarks>libpq takes 0 and negative for "no limit", and 1 for 2.</remarks>
    private static int Timeout(string value) => int.Parse(value.Trim()) switch
    {
        <= 0 => 0,
        1 => 2,
        var seconds => Math.Min(seconds, LongestTimeout),
    };

    /// <summary>libpq's list, such as "scram-sha-256,!password", with Npgsql's names.</summary>
    private static string AuthenticationInNpgsql(string value) => value
        .Replace("scram-sha-256", "ScramSHA256").Replace("md5", "MD5").Replace("gss", "GSS").Replace("sspi", "SSPI")
        .Replace("password", "Password").Replace("none", "None");

    /// <remarks>By libpq's rule, "require" with a root certificate at hand checks the certificate, as "verify-ca" does.</remarks>
    private static SslMode SslModeOf(string value, bool hasRoot) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => hasRoot ? SslMode.VerifyCA : SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        _ => SslMode.VerifyFull,
    };
}
