using CsCheck;
using Tidemark.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class ArchiveRolesTests
{
    [Theory]
    [InlineData("13")]
    [InlineData("15")]
    [InlineData("18")]
    public void With_nothing_to_rename_every_byte_stays(string major)
    {
        var whole = File.ReadAllBytes(ArchiveContentsTests.Sample($"{major}.part.dump"));
        Assert.Equal(whole, Renamed(whole, []));
        Assert.Equal(whole, Renamed(whole, new() { ["no such role"] = "x" }));
    }

    [Theory]
    [InlineData("13")]
    [InlineData("15")]
    [InlineData("18")]
    public void Names_of_any_length_go_in_and_back_out_and_nothing_else_changes(string major)
    {
        var path = ArchiveContentsTests.Sample($"{major}.part.dump");
        var whole = File.ReadAllBytes(path);
        var seen = new ArchiveRoles(new Dictionary<string, string>());
        var entries = Kept.Contents(path, seen);
        Assert.Contains("app", seen.Names);
        // The first time the names get quotes; from then on, there and back is the same.
        var quoted = Renamed(whole, new() { ["app"] = "app" });
        Gen.String[Gen.Char["ab \"';=ü\0\n"], 1, 40].Sample(name =>
        {
            var there = Renamed(whole, new() { ["app"] = name });
            using var file = new MemoryStream(there);
            var after = new ArchiveRoles(new Dictionary<string, string>());
            ArchiveContents.Copy(file, Stream.Null, after);
            return after.Names.SetEquals(seen.Names.Select(role => role == "app" ? name : role)) && (name == "app" || Renamed(there, new() { [name] = "app" }).AsSpan().SequenceEqual(quoted));
        }, iter: 200, threads: 1);
        Assert.NotEmpty(entries);
    }

    [Theory]
    [InlineData("ACL", "REASSIGN OWNED BY old TO me;", true, false)]
    [InlineData("ACL", "REASSIGN OWNED BY older TO me;", false, false)]
    [InlineData("ACL", "GRANT SELECT ON TABLE old TO me;", false, false)]
    [InlineData("POLICY", "CREATE POLICY p ON t USING ((old = 1));", false, false)]
    [InlineData("POLICY", "CREATE POLICY p ON t USING (pg_has_role('\"old\"'::regrole, 'member'));", false, true)]
    [InlineData("VIEW", "CREATE VIEW v AS SELECT old FROM old;", false, false)]
    [InlineData("VIEW", "CREATE VIEW v AS SELECT 'old'::regrole;", false, true)]
    public void What_cannot_be_rewritten_for_sure_is_told(string kind, string sql, bool unknown, bool mentioned)
    {
        var roles = new ArchiveRoles(new Dictionary<string, string> { ["old"] = "new" });
        var bytes = System.Text.Encoding.UTF8.GetBytes(sql);
        Assert.Equal(bytes, roles.Sql(kind, "it", bytes));
        Assert.Equal((unknown, mentioned), (roles.Unknown.Count > 0, roles.Mentions.Count > 0));
    }

    [Fact]
    public void Two_roles_are_exchanged_at_once()
    {
        var roles = new ArchiveRoles(new Dictionary<string, string> { ["a"] = "b", ["b"] = "a" });
        Assert.Equal("GRANT SELECT ON TABLE a TO \"b\",\"a\",c;", System.Text.Encoding.UTF8.GetString(roles.Sql("ACL", "it", "GRANT SELECT ON TABLE a TO a,b,c;"u8.ToArray())));
        Assert.Equal("b"u8.ToArray(), roles.Owner("a"u8.ToArray()));
    }

    private static byte[] Renamed(byte[] whole, Dictionary<string, string> names)
    {
        using var from = new MemoryStream(whole);
        using var to = new MemoryStream();
        ArchiveContents.Copy(from, to, new ArchiveRoles(names));
        from.CopyTo(to);
        return to.ToArray();
    }
}
