using Tidemark.EndToEnd.Support;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>A server with TLS for db.example, certificates of a CA of its own, and a role for each way to be let in.</summary>
public sealed class SecureServer : IAsyncLifetime
{
    public const string Password = "s3cret";

    // Certificates of one name with the hashes that a channel binding may need; a list of revoked ones before and after.
    private const string Certificates = """
        set -e
        mkdir "$0"; cd "$0"
        cat > ca.cnf <<'END'
        [ca]
        default_ca = own
        [own]
        database = index.txt
        crlnumber = crlnumber
        default_md = sha256
        default_crl_days = 2
        END
        touch index.txt; echo 01 > crlnumber; echo 01 > ca.srl
        printf 'subjectAltName=DNS:db.example' > names
        for name in ca other; do
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -days 2 -keyout $name.key -out $name.crt -addext keyUsage=critical,keyCertSign,cRLSign
        done
        sign() { openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -days 2 -out $1.crt "${@:2}"; }
        openssl req -newkey rsa:2048 -nodes -subj /CN=postgres -keyout sha256.key -out sha256.csr
        for name in sha384 sha512 pss; do cp sha256.key $name.key; cp sha256.csr $name.csr; done
        sign sha256 -extfile names -sha256
        sign sha384 -extfile names -sha384
        sign sha512 -extfile names -sha512
        openssl req -x509 -key sha256.key -subj /CN=pss -days 2 -sigopt rsa_padding_mode:pss -sha384 -out pss.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN=certified -keyout client.key -out client.csr; sign client
        openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -gencrl -out none.crl
        openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -revoke sha256.crt
        openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -gencrl -out revoked.crl
        openssl ca -config ca.cnf -keyfile other.key -cert other.crt -gencrl -out other.crl
        chmod 600 *.key
        """;

    private PostgresServer? server;

    public PostgresServer Server => server!;

    public string this[string file] => Path.Combine(Server.DataFolder, "tls", file);

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(18);
        await ChildProcess.OutputAsync("bash", ["-c", Certificates, this[""]], asServerUser: true);
        await File.WriteAllLinesAsync(Path.Combine(server.DataFolder, "pg_hba.conf"),
        [
            "local all all trust",
            "local replication all trust",
            "host replication scrammed 127.0.0.1/32 scram-sha-256",
            "host replication hashed 127.0.0.1/32 md5",
            "host replication clear 127.0.0.1/32 password",
            "hostssl replication certified 127.0.0.1/32 cert",
            "hostnossl replication unencrypted 127.0.0.1/32 scram-sha-256",
            "host replication spelled 127.0.0.1/32 scram-sha-256",
            "host replication powerless 127.0.0.1/32 trust",
            "host all all 127.0.0.1/32 scram-sha-256",
        ]);
        foreach (var role in (string[])["scrammed", "clear", "certified", "unencrypted", "unlisted"]) await server.ExecuteAsync("postgres", $"create role {role} login replication password '{Password}'");
        await server.ExecuteAsync("postgres", $"set password_encryption = md5; create role hashed login replication password '{Password}'; create role powerless login");
        foreach (var setting in (string[])["ssl = on", $"ssl_ca_file = '{this["ca.crt"]}'"]) await server.ExecuteAsync("postgres", $"alter system set {setting}");
        await ShowAsync("sha256");
    }

    /// <summary>Lets the server show this certificate from now on.</summary>
    public async Task ShowAsync(string certificate)
    {
        await Server.ExecuteAsync("postgres", $"alter system set ssl_cert_file = '{this[certificate + ".crt"]}'");
        await Server.ExecuteAsync("postgres", $"alter system set ssl_key_file = '{this[certificate + ".key"]}'");
        await Server.ExecuteAsync("postgres", "select pg_reload_conf()");
        // The postmaster reads it in its own time; sessions that begin later show what it took.
        while (await Server.ScalarAsync<string>("postgres", "select setting from pg_settings where name = 'ssl_key_file'") != this[certificate + ".key"]) await Task.Yield();
    }

    /// <summary>key=value for one of the roles, by TCP.</summary>
    public string Address(string user, string more = "", string host = "db.example") => $"host={host} hostaddr=127.0.0.1 port={Server.Port} user={user} {more}";

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
