using Npgsql;
using Tidemark.Postgres;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres;

public sealed class DatabaseAddressTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void What_is_not_said_comes_from_the_variables_and_then_from_libpqs_defaults()
    {
        var address = DatabaseAddress.Parse("", Nothing, "alice");
        Assert.Equal(("alice", "alice", "/var/run/postgresql", 5432), (address.User, address.Database, address.Places[0].Host, address.Places[0].Port));

        Dictionary<string, string> variables = new() { ["PGHOST"] = "db", ["PGPORT"] = "6000", ["PGUSER"] = "bob", ["PGSSLMODE"] = "require", ["PGDATABASE"] = "" };
        address = DatabaseAddress.Parse("postgres://carol@/shop", variables, "alice");
        Assert.Equal("postgresql://carol@db:6000/shop?sslmode=require", address.ToString());
        Assert.Equal("bob", DatabaseAddress.Parse("host=x", variables, "alice").Database);
    }

    [Fact]
    public void A_command_line_holds_no_secret_and_the_environment_does()
    {
        var address = DatabaseAddress.Parse("postgres://u:pa%20ss@h/d?sslpassword=key&application_name=it's", Nothing, "os");
        Assert.Equal("user='u' dbname='d' host='h' port='5432' application_name='it\\'s' connect_timeout='60' keepalives_idle='60' keepalives_interval='15' keepalives_count='4' tcp_user_timeout='120000'", address.ToConninfo());
        Assert.Equal("pa ss", address.ChildEnvironment()["PGPASSWORD"]);
        Assert.Single(address.ChildEnvironment());
        Assert.Empty(DatabaseAddress.Parse("host=h", Nothing, "os").ChildEnvironment());
    }

    [Fact]
    public void What_ends_a_dead_connection_is_added_on_tcp_alone_and_never_over_what_was_said()
    {
        Assert.Equal("user='u' dbname='d' host='/tmp' port='5432'", DatabaseAddress.Parse("host=/tmp user=u dbname=d", Nothing, "os").ToConninfo());
        Assert.Equal(
            "user='u' connect_timeout='0' dbname='d' host='h' port='5432' keepalives_idle='5' tcp_user_timeout='0' keepalives_interval='15' keepalives_count='4'",
            DatabaseAddress.Parse("host=h user=u dbname=d keepalives_idle=5 tcp_user_timeout=0 connect_timeout=0", Nothing, "os").ToConninfo());
        var said = DatabaseAddress.Parse("host=h keepalives_idle=5", Nothing, "os").ToNpgsql();
        Assert.Equal((true, 5, 15), (said.TcpKeepAlive, said.TcpKeepAliveTime, said.TcpKeepAliveInterval));
        Assert.False(DatabaseAddress.Parse("host=h keepalives=0", Nothing, "os").ToNpgsql().TcpKeepAlive);
        Assert.False(DatabaseAddress.Parse("host=/tmp", Nothing, "os").ToNpgsql().TcpKeepAlive);
    }

    [Fact]
    public void People_see_stars_for_each_secret()
    {
        var address = DatabaseAddress.Parse("postgres://u:pa%2Fss@[::1]:1,%2Ftmp:2/d%2Fe?sslpassword=key&options=-c a%3Db", Nothing, "os");
        Assert.Equal("postgresql://u:***@[::1]:1,%2Ftmp:2/d%2Fe?options=-c%20a%3Db&sslpassword=***", address.ToString());
        Assert.Equal("postgresql://u:pa%2Fss@[::1]:1,%2Ftmp:2/d%2Fe?options=-c%20a%3Db&sslpassword=key", address.ToUrl());
    }

    [Theory]
    [InlineData("postgres://u:pa%2Fss@h/d?sslpassword=key&options=-c a%3Db", "postgresql://u@h:5432/d?options=-c%20a%3Db")]
    [InlineData("postgres://u:p@h/d?sslpassword=key&sslmode=require", "postgresql://u@h:5432/d?sslmode=require")]
    [InlineData("postgres://u@h/d", "postgresql://u@h:5432/d")]
    public void A_result_holds_an_address_without_secrets_that_can_be_pasted(string text, string open)
    {
        var shown = DatabaseAddress.Parse(text, Nothing, "os").ToOpenUrl();
        Assert.Equal(open, shown);
        Assert.Equal(shown, DatabaseAddress.Parse(shown, Nothing, "os").ToUrl());
    }

    [Fact]
    public void Another_database_is_the_same_server_and_the_old_address_stays()
    {
        var address = DatabaseAddress.Parse("postgres://u:p@h/d", Nothing, "os");
        Assert.Equal("postgresql://u:p@h:5432/D%20%22x%22", address.WithDatabase("D \"x\"").ToUrl());
        Assert.Equal("d", address.Database);
        Assert.Equal("dbname='a=b host=evil'", address.WithDatabase("a=b host=evil").ToConninfo()[9..31]);
    }

    [Fact]
    public void Npgsql_is_sent_to_the_same_place()
    {
        var one = DatabaseAddress.Parse(
            "postgres://u:p@h:5433/d?sslmode=verify-full&sslrootcert=/r.crt&sslcert=/c&sslkey=/k&connect_timeout=7&options=-c x%3D1&passfile=/pw&channel_binding=require&gssencmode=disable&target_session_attrs=primary",
            Nothing,
            "os").ToNpgsql();
        Assert.Equal(("h:5433,h:5433", 5433, "d", "u", "p"), (one.Host, one.Port, one.Database, one.Username, one.Password));
        Assert.Equal((SslMode.VerifyFull, "/r.crt", "/c", "/k", 7), (one.SslMode, one.RootCertificate, one.SslCertificate, one.SslKey, one.Timeout));
        Assert.Equal(("-c x=1", "/pw", ChannelBinding.Require, GssEncryptionMode.Disable), (one.Options, one.Passfile, one.ChannelBinding, one.GssEncryptionMode));
        Assert.Equal((false, "tidemark", "primary"), (one.Pooling, one.ApplicationName, one.TargetSessionAttributes));

        Assert.Equal("h1:1,[::1]:2", DatabaseAddress.Parse("postgres://h1:1,[::1]:2/d", Nothing, "os").ToNpgsql().Host);
        Assert.Equal(("/tmp", 7), (DatabaseAddress.Parse("postgres:///d?host=/tmp&port=7", Nothing, "os").ToNpgsql() is var socket ? (socket.Host, socket.Port) : default));
        Assert.Equal("h", DatabaseAddress.Parse("postgres://h/d?target_session_attrs=any", Nothing, "os").ToNpgsql().Host);
        Assert.Equal("/a,h:5432,/b", DatabaseAddress.Parse("host=/a,h,/b target_session_attrs=any", Nothing, "os").ToNpgsql().Host);
        Assert.Throws<Fault>(() => DatabaseAddress.Parse("host=/a,/b port=1,2", Nothing, "os").ToNpgsql());
        Assert.Equal("10.0.0.1", DatabaseAddress.Parse("host=name hostaddr=10.0.0.1", Nothing, "os").ToNpgsql().Host);
        Assert.Equal(SslMode.VerifyCA, DatabaseAddress.Parse("sslmode=require sslrootcert=/r", Nothing, "os").ToNpgsql().SslMode);
        Assert.Equal(0, DatabaseAddress.Parse("connect_timeout=0", Nothing, "os").ToNpgsql().Timeout);
        Assert.Equal("ScramSHA256,GSS", DatabaseAddress.Parse("require_auth=scram-sha-256,gss", Nothing, "os").ToNpgsql().RequireAuth);
        Assert.Equal("!Password,!MD5", DatabaseAddress.Parse("require_auth=!password,!md5", Nothing, "os").ToNpgsql().RequireAuth);
    }

    [Theory]
    [InlineData("postgres://u:s3cr@et@host/db")]
    [InlineData("postgres://u:s3cr/et@host/db")]
    [InlineData("postgres://u:s3cret/db")]
    [InlineData("postgres://u:s3cret%@host/db")]
    [InlineData("postgres://h/db?password=s3cr&et")]
    [InlineData("postgres://h/db?password=s3cr=et")]
    [InlineData("password=s3c r3t")]
    [InlineData("password=s3c r3t=x")]
    [InlineData("password='s3cret")]
    [InlineData("host=h password=s3cret sslmode=maybe")]
    [InlineData("host=h password=s3cret port=1,2")]
    [InlineData("host=h password=s3cret port=70000")]
    [InlineData("host=h password=s3cret target_session_attrs=some")]
    [InlineData("password=s3cret service=nosuch")]
    public void An_address_that_cannot_be_read_is_a_fault_that_never_shows_the_password(string text)
    {
        var fault = Assert.Throws<Fault>(() => DatabaseAddress.Parse(text, Nothing, "os"));
        Assert.Equal(FaultCode.Configuration, fault.Code);
        var told = $"{fault.What} {fault.Where} {fault.Why} {fault.Next} {fault.InnerException}";
        foreach (var piece in new[] { "s3c", "r3t", " et", "'et" })
            Assert.DoesNotContain(piece, told);
    }

    [Fact]
    public void A_service_file_fills_what_is_not_written_and_beats_the_variables()
    {
        using TempFolder folder = new();
        folder.Write(".pg_service.conf", "# ours\n[other]\nhost=wrong\n[shop]\nhost=db.example\nport=5444\nuser=svc\n\n[last]\nhost=no\n");
        Dictionary<string, string> variables = new() { ["HOME"] = folder.Path, ["PGSERVICE"] = "shop", ["PGHOST"] = "variable", ["PGDATABASE"] = "d" };
        Assert.Equal("postgresql://me@db.example:5444/d", DatabaseAddress.Parse("user=me", variables, "os").ToString());
    }
}
