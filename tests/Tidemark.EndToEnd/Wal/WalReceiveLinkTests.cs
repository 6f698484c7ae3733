using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>The ways to a server: TLS with a certificate that is checked, and the Unix socket.</summary>
public sealed class WalReceiveLinkTests : IDisposable
{
    // A CA, a certificate for the server's address, and a CA that did not sign it.
    private const string Certificates = """
        set -e
        mkdir "$0"; cd "$0"
        for name in ca other; do
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -days 2 -keyout $name.key -out $name.crt -addext keyUsage=critical,keyCertSign,cRLSign
        done
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=db -keyout db.key -out db.csr
        printf 'subjectAltName=IP:127.0.0.1' > names
        openssl x509 -req -in db.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out db.crt -extfile names
        chmod 600 *.key
        """;

    private readonly Scratch scratch = new("wal-link");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public Task Over_tls_and_over_the_socket_the_segments_are_the_servers() => ReceiveAsync(18);

    [Theory, Trait("takes", "minutes")]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    public Task Over_tls_and_over_the_socket_the_segments_are_those_of_a_server_of_each_major(int major) => ReceiveAsync(major);

    private async Task ReceiveAsync(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new ServerOptions
        {
            Password = "it's a:secret@/ü",
            Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB", ["max_wal_size"] = "4GB", ["autovacuum"] = "off", ["password_encryption"] = "scram-sha-256" },
        });
        var tls = Path.Combine(server.DataFolder, "tls");
        await ChildProcess.OutputAsync("bash", ["-c", Certificates, tls], asServerUser: true);
        foreach (var setting in (string[])["ssl = on", $"ssl_cert_file = '{tls}/db.crt'", $"ssl_key_file = '{tls}/db.key'"]) await server.ExecuteAsync("postgres", $"alter system set {setting}");
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "pg_hba.conf"), "local all all trust\nlocal replication all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\nhostssl replication all 127.0.0.1/32 scram-sha-256\n", TestContext.Current.CancellationToken);
        await server.StopAsync();
        await server.StartAsync();
        await server.ExecuteAsync("postgres", "create table work (id bigint, text text)");
        var archive = new ArchivedWal(scratch["backups"]);
        var first = await SegmentAsync(server);

        var stranger = await Program($"{server.Url()}?sslmode=verify-full&sslrootcert={tls}/other.crt").RunAsync("wal", "receive");
        Assert.Contains("certificate", stranger.Ends(7).Errors, StringComparison.OrdinalIgnoreCase);

        await FillAsync($"{server.Url()}?sslmode=verify-full&sslrootcert={tls}/ca.crt", encrypted: true);
        await FillAsync(server.SocketUrl(), encrypted: false);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        Assert.Equal(all, archive.Segments);
        await archive.AreThoseOfAsync(server, all);

        async Task FillAsync(string url, bool encrypted)
        {
            await using var receiver = await Program(url).StartAsync("wal", "receive");
            await receiver.SaysAsync("receiving from");
            Assert.Equal(encrypted, await server.ScalarAsync<bool>("postgres", "select ssl from pg_stat_ssl join pg_stat_replication using (pid)"));
            for (var count = 0; count < 2; count++) await server.ExecuteAsync("postgres", "insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 2000) i; select pg_switch_wal()");
            var due = WalReceiveTests.Names(first, await SegmentAsync(server)).Count();
            await Waiting.UntilAsync(() => archive.Segments.Count >= due, $"{due} segments are in the store");
            receiver.Terminate();
            Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        }
    }

    private TidemarkProgram Program(string url) => new TidemarkProgram(scratch.Folder).With("DATABASE_URL", url).With("BACKUP_DIR", scratch["backups"]).With("BACKUP_WAL_SHIP_EVERY", "1s");

    private static async Task<string> SegmentAsync(PostgresServer server) => (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;
}
