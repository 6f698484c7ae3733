using System.Security.Authentication;

namespace Tidemark.Postgres.Replication;

/// <summary>What the address says about TLS, with libpq's defaults and its rule that a root certificate at hand is always used.</summary>
/// <remarks>Stricter than libpq in one thing: a file that the address names must be there.</remarks>
internal sealed record TlsRules
{
    public required TlsMode Mode { get; init; }

    /// <summary>Certificates that may sign the server's; null: any will do, or <see cref="UsesMachineRoots"/>.</summary>
    public string? RootFile { get; init; }

    public bool UsesMachineRoots { get; init; }

    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    public string? KeyPassword { get; init; }

    public string? RevocationFile { get; init; }

    public string? RevocationFolder { get; init; }

    /// <summary>Server Name Indication: proxies choose by it.</summary>
    public bool TellsName { get; init; } = true;

    /// <summary>TLS from the first byte (17 and later), without asking first.</summary>
    public bool IsDirect { get; init; }

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    public bool ChecksChain => RootFile is not null || UsesMachineRoots;

    public bool ChecksName => Mode == TlsMode.VerifyFull;

    /// <exception cref="Fault">6: values that do not go together, or a file that is not there.</exception>
    public static TlsRules Of(DatabaseAddress address)
    {
        // As in libpq: a socket has no TLS, whatever sslmode says.
        if (address.Places.All(place => place.IsSocket)) return new TlsRules { Mode = TlsMode.Disable };
        if (address.Keyword("sslcertmode") == "require") throw AddressFault.Of("sslcertmode=require: Tidemark cannot tell whether the server asked for a certificate");
        var machine = address.Keyword("sslrootcert") == "system";
        var mode = ModeOf(address.Keyword("sslmode") ?? (machine ? "verify-full" : "prefer"));
        if (machine && mode != TlsMode.VerifyFull) throw AddressFault.Of("sslrootcert=system needs sslmode=verify-full: anybody can have a certificate that the machine trusts");
        var rules = new TlsRules
        {
            Mode = mode,
            UsesMachineRoots = machine,
            RootFile = machine ? null : There("sslrootcert", "root.crt"),
            CertificateFile = address.Keyword("sslcertmode") == "disable" ? null : There("sslcert", "postgresql.crt"),
            KeyFile = There("sslkey", "postgresql.key"),
            KeyPassword = address.Keyword("sslpassword"),
            RevocationFile = There("sslcrl", "root.crl"),
            RevocationFolder = address.Keyword("sslcrldir"),
            TellsName = address.Keyword("sslsni") is not "0",
            IsDirect = address.Keyword("sslnegotiation") == "direct",
            Protocols = Between(address.Keyword("ssl_min_protocol_version"), address.Keyword("ssl_max_protocol_version")),
        };
        if (rules.IsDirect && mode < TlsMode.Require) throw AddressFault.Of("sslnegotiation=direct needs sslmode=require or stronger");
        if (mode >= TlsMode.VerifyCa && !rules.ChecksChain)
            throw AddressFault.Of($"sslmode checks the server's certificate, but there is no root certificate in {Path.Combine(LibpqFolder.Home, ".postgresql", "root.crt")}", "name the file with sslrootcert, or take the machine's with sslrootcert=system");
        return rules;

        string? There(string keyword, string otherwise) => mode == TlsMode.Disable ? null
            : LibpqFolder.Named(address, keyword, otherwise) is not { } path || File.Exists(path) ? LibpqFolder.Named(address, keyword, otherwise)
            : throw AddressFault.Of($"{keyword} is '{path}', and there is no such file");
    }

    /// <summary>With or without TLS, in the order in which libpq tries.</summary>
    public IReadOnlyList<bool> Attempts(bool isSocket) => isSocket ? [false] : Mode switch
    {
        TlsMode.Disable => [false],
        TlsMode.Allow => [false, true],
        TlsMode.Prefer => [true, false],
        _ => [true],
    };

    private static TlsMode ModeOf(string word) => word switch
    {
        "disable" => TlsMode.Disable,
        "allow" => TlsMode.Allow,
        "prefer" => TlsMode.Prefer,
        "require" => TlsMode.Require,
        "verify-ca" => TlsMode.VerifyCa,
        _ => TlsMode.VerifyFull,
    };

    /// <summary>Below 1.2 nothing is spoken, whatever is allowed.</summary>
    private static SslProtocols Between(string? least, string? most)
    {
        var from = Rank(least, 2, "ssl_min_protocol_version");
        var to = Rank(most, 3, "ssl_max_protocol_version");
        var both = (from <= 2 && to >= 2 ? SslProtocols.Tls12 : 0) | (from <= 3 && to >= 3 ? SslProtocols.Tls13 : 0);
        return both != 0 ? both : throw AddressFault.Of("ssl_min_protocol_version and ssl_max_protocol_version leave neither TLSv1.2 nor TLSv1.3");
    }

    private static int Rank(string? version, int otherwise, string keyword) => version?.ToUpperInvariant() switch
    {
        null => otherwise,
        "TLSV1" => 0,
        "TLSV1.1" => 1,
        "TLSV1.2" => 2,
        "TLSV1.3" => 3,
        _ => throw AddressFault.Of($"{keyword} must be one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"),
    };
}
