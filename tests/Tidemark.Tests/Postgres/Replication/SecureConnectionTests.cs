using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Replication;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>TLS and proofs, against a real server.</summary>
public sealed class SecureConnectionTests(SecureServer server) : IClassFixture<SecureServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const string Right = $"password={SecureServer.Password}";

    private static async Task<bool> EncryptsAsync(string address)
    {
        await using var connection = await Streaming.OpenAsync(address);
        await connection.IdentifyAsync(Token);
        return connection.IsEncrypted;
    }

    private static async Task<Fault> FaultAsync(string address) => await Assert.ThrowsAsync<Fault>(() => Streaming.OpenAsync(address));

    [Theory]
    [InlineData("disable", false)]
    [InlineData("allow", false)]
    [InlineData("prefer", true)]
    [InlineData("require", true)]
    [InlineData("require sslnegotiation=direct", true)]
    [InlineData("require ssl_min_protocol_version=TLSv1.3", true)]
    [InlineData("require ssl_max_protocol_version=TLSv1.2", true)]
    [InlineData("require sslsni=0", true)]
    public async Task Each_sslmode_encrypts_or_does_not(string mode, bool encrypts) => Assert.Equal(encrypts, await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode={mode}")));

    [Fact]
    public async Task The_weaker_modes_try_the_other_way_too()
    {
        Assert.False(await EncryptsAsync(server.Address("unencrypted", $"{Right} sslmode=prefer")));
        Assert.True(await EncryptsAsync(server.Address("certified", $"sslmode=allow sslcert={server["client.crt"]} sslkey={server["client.key"]}")));
        Assert.Equal(FaultCode.AccessDenied, (await FaultAsync(server.Address("unencrypted", $"{Right} sslmode=require"))).Code);
    }

    [Fact]
    public async Task The_certificate_must_be_of_the_root_and_of_the_host()
    {
        await server.ShowAsync("sha256");
        Assert.True(await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode=verify-full sslrootcert={server["ca.crt"]}")));
        Assert.True(await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode=verify-ca sslrootcert={server["ca.crt"]}", "other.example")));

        var name = await FaultAsync(server.Address("scrammed", $"{Right} sslmode=verify-full sslrootcert={server["ca.crt"]}", "other.example"));
        Assert.Equal((FaultCode.Unreachable, "it is not for other.example, but for db.example"), (name.Code, name.Why));
        foreach (var mode in (string[])["require", "verify-ca", "verify-full"])
            Assert.Equal("the server's certificate is not to be trusted", (await FaultAsync(server.Address("scrammed", $"{Right} sslmode={mode} sslrootcert={server["other.crt"]}"))).What);
        // The machine's roots know nothing of this one.
        Assert.Equal("the server's certificate is not to be trusted", (await FaultAsync(server.Address("scrammed", $"{Right} sslrootcert=system"))).What);
        // What prefer cannot have, it does without.
        Assert.False(await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode=prefer sslrootcert={server["other.crt"]}")));
    }

    [Theory]
    [InlineData("sslmode=verify-full sslrootcert=/nowhere/root.crt")]
    [InlineData("sslmode=require sslrootcert=/nowhere/root.crt")]
    [InlineData("sslmode=require sslrootcert=system")]
    [InlineData("sslmode=prefer sslnegotiation=direct")]
    [InlineData("sslmode=require ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2")]
    [InlineData("sslmode=require ssl_max_protocol_version=TLSv1.1")]
    [InlineData("gssencmode=require")]
    [InlineData("sslcertmode=require")]
    [InlineData("min_protocol_version=3.2")]
    [InlineData("channel_binding=maybe")]
    public async Task Settings_that_cannot_be_are_refused_and_not_passed_over(string settings) => Assert.Equal(FaultCode.Configuration, (await FaultAsync(server.Address("scrammed", $"{Right} {settings}"))).Code);

    [Fact]
    public async Task A_revoked_certificate_is_refused()
    {
        await server.ShowAsync("sha256");
        var address = server.Address("scrammed", $"{Right} sslmode=verify-ca sslrootcert={server["ca.crt"]}");
        Assert.True(await EncryptsAsync($"{address} sslcrl={server["none.crl"]}"));
        Assert.Contains("is revoked", (await FaultAsync($"{address} sslcrl={server["revoked.crl"]}")).Why, StringComparison.Ordinal);
        Assert.Contains("there is no list", (await FaultAsync($"{address} sslcrl={server["other.crl"]}")).Why, StringComparison.Ordinal);
        Assert.Equal(FaultCode.Configuration, (await FaultAsync($"{address} sslcrl={server["names"]}")).Code);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    [InlineData("pss")]
    public async Task The_proof_is_bound_to_the_channel(string certificate)
    {
        await server.ShowAsync(certificate);
        Assert.True(await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode=require channel_binding=require")));
        Assert.True(await EncryptsAsync(server.Address("scrammed", $"{Right} sslmode=require channel_binding=disable")));
    }

    [Fact]
    public async Task A_channel_that_must_be_bound_is_bound_or_not_used()
    {
        Assert.Contains("channel_binding=require", (await FaultAsync(server.Address("scrammed", $"{Right} sslmode=disable channel_binding=require"))).Why, StringComparison.Ordinal);
        Assert.Contains("channel_binding=require", (await FaultAsync(server.Address("clear", $"{Right} sslmode=require channel_binding=require"))).Why, StringComparison.Ordinal);
        Assert.Contains("channel_binding=require", (await FaultAsync(server.Address("certified", $"sslmode=require channel_binding=require sslcert={server["client.crt"]} sslkey={server["client.key"]}"))).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scrammed")]
    [InlineData("hashed")]
    [InlineData("clear")]
    public async Task A_password_is_asked_for_and_checked(string user)
    {
        Assert.True(await EncryptsAsync(server.Address(user, Right)));
        Assert.False(await EncryptsAsync(server.Address(user, $"{Right} sslmode=disable")));
        var wrong = await FaultAsync(server.Address(user, "password=wrong"));
        Assert.Equal((FaultCode.AccessDenied, "28P01"), (wrong.Code, Assert.IsType<ServerRefusal>(wrong.InnerException).SqlState));
        using var folder = new TempFolder();
        var none = await FaultAsync(server.Address(user, $"passfile={folder["none"]}"));
        Assert.Equal((FaultCode.AccessDenied, "the server asks for a password"), (none.Code, none.What));
        File.WriteAllText(folder["pass"], $"db.example:{server.Server.Port}:replication:{user}:{SecureServer.Password}\n");
        File.SetUnixFileMode(folder["pass"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.True(await EncryptsAsync(server.Address(user, $"passfile={folder["pass"]}")));
    }

    [Theory]
    [InlineData("scrammed", "scram-sha-256", true)]
    [InlineData("scrammed", "!password,!md5", true)]
    [InlineData("scrammed", "md5", false)]
    [InlineData("hashed", "!md5", false)]
    [InlineData("clear", "scram-sha-256,md5", false)]
    [InlineData("certified", "none", true)]
    [InlineData("certified", "!none", false)]
    public async Task Only_the_proofs_that_require_auth_names_are_given(string user, string methods, bool passes)
    {
        var address = server.Address(user, $"{Right} sslmode=require require_auth={methods} sslcert={server["client.crt"]} sslkey={server["client.key"]}");
        if (passes) Assert.True(await EncryptsAsync(address));
        else Assert.Contains("require_auth", (await FaultAsync(address)).Why, StringComparison.Ordinal);
    }

    /// <summary>The server makes one form of the password when it is set, by its own tables; we when it is used.</summary>
    [Theory]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("\uFB01\u212Bsh", "fi\u00C5sh")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("a\u0302\u0323", "a\u0323\u0302")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("a\u3000b", "a b")]
    [InlineData("\u0627\u0031", "\u0627\u0031")]
    [InlineData("\uFB01\U0001F600", "\uFB01\U0001F600")]
    [InlineData("\u01C4\u0344\uFDFA", "\u01C4\u0344\uFDFA")]
    public async Task Passwords_that_look_alike_are_alike(string set, string used)
    {
        foreach (var (one, other) in ((string, string)[])[(set, used), (used, set)])
        {
            await server.Server.ExecuteAsync("postgres", $"drop role if exists spelled; create role spelled login replication password '{one}'");
            await using var connection = await Streaming.OpenAsync(server.Address("spelled", $"password='{other}'"));
        }
    }

    [Fact]
    public async Task Who_is_not_let_in_hears_why()
    {
        var unlisted = await FaultAsync(server.Address("unlisted", Right));
        Assert.Equal(FaultCode.AccessDenied, unlisted.Code);
        Assert.Contains("host replication unlisted", unlisted.Next, StringComparison.Ordinal);
        var powerless = await FaultAsync(server.Address("powerless"));
        Assert.Equal(FaultCode.AccessDenied, powerless.Code);
        Assert.Contains("alter role \"powerless\" replication", powerless.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_request_goes_over_TLS_too()
    {
        await using var connection = await Streaming.OpenAsync(server.Address("scrammed", $"{Right} sslmode=require sslnegotiation=direct"));
        await Streaming.EndsWhenCancelledAsync(connection);
    }

    [Fact]
    public async Task WAL_comes_over_TLS_as_the_server_wrote_it()
    {
        await using var connection = await Streaming.OpenAsync(server.Address("scrammed", $"{Right} sslmode=require"));
        var identity = await connection.IdentifyAsync(Token);
        var size = await connection.SegmentSizeAsync(Token);
        await connection.CreateSlotAsync("over_tls", temporary: true, Token);
        var stream = await connection.StreamAsync("over_tls", size.StartOf(size.NumberAt(identity.Flushed)), identity.Timeline, Token);
        var end = await Streaming.WorkAsync(server.Server, 2);
        Streaming.SameAsOnServer(server.Server, await Streaming.SegmentsAsync(stream, identity.Timeline, size, end));
    }

    [Fact]
    public async Task The_owner_of_a_socket_can_be_required()
    {
        var socket = $"host={server.Server.SocketFolder} port={server.Server.Port} user=postgres sslmode=verify-full sslrootcert={server["ca.crt"]}";
        var owner = (await ChildProcess.OutputAsync("stat", ["-c", "%U", server.Server.SocketFolder])).Trim();
        Assert.False(await EncryptsAsync($"{socket} requirepeer={owner}"));
        Assert.Contains(owner, (await FaultAsync($"{socket} requirepeer=somebody")).Why, StringComparison.Ordinal);
    }
}
