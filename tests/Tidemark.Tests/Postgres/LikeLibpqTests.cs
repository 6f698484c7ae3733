using CsCheck;
using Tidemark.Postgres;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres;

/// <summary>We read connection strings as libpq does: each case is asked of both.</summary>
public sealed class LikeLibpqTests
{
    [Theory]
    [InlineData("postgresql://")]
    [InlineData("postgres://localhost")]
    [InlineData("postgres://localhost:5433")]
    [InlineData("postgres://localhost/mydb")]
    [InlineData("postgres://user@localhost")]
    [InlineData("postgres://user:secret@localhost")]
    [InlineData("postgres://user:@localhost/")]
    [InlineData("postgres://:secret@localhost/")]
    [InlineData("postgres://u:p:w@h/d")]
    [InlineData("postgres://u:p%40ss%2Fw%3ard%25@h/d")]
    [InlineData("postgres://%C3%BCser:p+w@h/d%20b")]
    [InlineData("postgres://ü@h/größe")]
    [InlineData("postgres://other@localhost/otherdb?connect_timeout=10&application_name=myapp")]
    [InlineData("postgres://host1:123,host2:456/somedb?target_session_attrs=any")]
    [InlineData("postgres://h1,h2:5433,h3/d")]
    [InlineData("postgres://,h2/d")]
    [InlineData("postgres:///mydb?host=localhost&port=5433")]
    [InlineData("postgres:///mydb?host=/tmp/with%20space")]
    [InlineData("postgres://%2Fvar%2Flib%2Fpostgresql/dbname")]
    [InlineData("postgres://[2001:db8::1234]/database")]
    [InlineData("postgres://[2001:db8::1234]:5433,[::1]/database")]
    [InlineData("postgres://h?dbname=x&user=y")]
    [InlineData("postgres://h/?ssl=true")]
    [InlineData("postgres://h/?requiressl=1")]
    [InlineData("postgres://h/a/b")]
    [InlineData("postgres://h/d?options=-c%20geqo%3Doff")]
    [InlineData("postgres://h/d?sslmode=require&")]
    [InlineData("postgres://h/d?")]
    [InlineData("postgres://u:p?w#x@h/d")]
    [InlineData("postgres://h/d?nosuch=1")]
    [InlineData("postgres://h/d?a=b=c")]
    [InlineData("postgres://h/d?user")]
    [InlineData("postgres://h/d?user=a&&")]
    [InlineData("postgres://h/d%zz")]
    [InlineData("postgres://h/d%2")]
    [InlineData("postgres://h/d%00")]
    [InlineData("postgres://[::1/d")]
    [InlineData("postgres://[]/d")]
    [InlineData("postgres://[::1]x/d")]
    [InlineData("")]
    [InlineData("host=localhost port=5432 dbname=mydb connect_timeout=10")]
    [InlineData("  host = localhost\tdbname= 'my db' ")]
    [InlineData("user='it\\'s' password='back\\\\slash'")]
    [InlineData("password=a\\ b\\'c dbname=x")]
    [InlineData("dbname='' user=x")]
    [InlineData("dbname=")]
    [InlineData("host=a host=b")]
    [InlineData("options='-c search_path=a,b'")]
    [InlineData("mydb")]
    [InlineData("host")]
    [InlineData("host x=1")]
    [InlineData("dbname='open")]
    [InlineData("nosuch=1")]
    [InlineData("user=a\\")]
    [InlineData("requiressl=0")]
    [InlineData("POSTGRES://h/d")]
    public void A_connection_string_is_read_as_libpq_reads_it(string text)
    {
        Assert.SkipUnless(Libpq.IsHere, "libpq.so.5 is not installed: nobody can be asked for a second opinion");
        Assert.Equal(Libpq.Parse(text), Ours(text));
    }

    [Fact]
    public void What_we_write_libpq_reads_back_whatever_the_values_hold()
    {
        Assert.SkipUnless(Libpq.IsHere, "libpq.so.5 is not installed: nobody can be asked for a second opinion");
        var value = Gen.String[Gen.Char["ab '\"\\=%&?/:@#$,+\n\tüé-"], 1, 12];
        Gen.Select(value, value, value).Sample((user, password, database) =>
        {
            Dictionary<string, string> environment = new() { ["PGUSER"] = user, ["PGPASSWORD"] = password, ["PGDATABASE"] = database, ["PGHOST"] = "/tmp/a b" };
            var address = DatabaseAddress.Parse("", environment, "os");

            var conninfo = Libpq.Parse(address.ToConninfo())!;
            Assert.Equal((user, database, "/tmp/a b", false), (conninfo["user"], conninfo["dbname"], conninfo["host"], conninfo.ContainsKey("password")));
            var url = Libpq.Parse(address.ToUrl())!;
            Assert.Equal((user, password, database, "/tmp/a b"), (url["user"], url["password"], url["dbname"], url["host"]));
            var again = DatabaseAddress.Parse(address.ToUrl(), new Dictionary<string, string>(), "os");
            Assert.Equal(address.ToUrl(), again.ToUrl());
        });
    }

    private static SortedDictionary<string, string>? Ours(string text)
    {
        try
        {
            return new(ConnectionUri.IsUri(text) ? ConnectionUri.Parse(text) : ConnectionString.Parse(text), StringComparer.Ordinal);
        }
        catch (Fault)
        {
            return null;
        }
    }
}
