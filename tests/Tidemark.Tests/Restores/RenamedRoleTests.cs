using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class RenamedRoleTests
{
    [Theory]
    [InlineData("old=new", "old", "new")]
    [InlineData("Old Role=new=er", "Old Role", "new=er")]
    [InlineData("\"a=b\"=new", "a=b", "new")]
    [InlineData("\"a\"\"=\"=\"b\"\"\"", "a\"=", "b\"")]
    public void A_mapping_is_read(string typed, string from, string to) => Assert.Equal(new RenamedRole(from, to), RenamedRole.Parse(typed));

    [Theory]
    [InlineData("")]
    [InlineData("old")]
    [InlineData("=new")]
    [InlineData("old=")]
    [InlineData("\"old=new")]
    [InlineData("\"old\"new")]
    [InlineData("old=\"new\"er")]
    [InlineData("\"\"=new")]
    public void Anything_else_is_none(string typed) => Assert.Equal(2, Assert.Throws<Fault>(() => RenamedRole.Parse(typed)).Code.ExitCode);

    [Theory]
    [InlineData("old", "new")]
    [InlineData("a=b", "x\"y")]
    public void What_is_told_to_be_typed_is_read_again(string from, string to) => Assert.Equal(new RenamedRole(from, to), RenamedRole.Parse(new RenamedRole(from, to).Typed));

    [Fact]
    public void No_role_is_mapped_twice() => Assert.Equal(2, Assert.Throws<Fault>(() => RenamedRole.ParseAll(["a=b", "a=c"])).Code.ExitCode);

    [Fact]
    public void The_database_itself_changes_hands_too()
    {
        var facts = new DatabaseFacts { Name = "shop", Oid = 1, Owner = "old", Encoding = "UTF8", Collate = "C", Ctype = "C", Provider = "libc", ConnectionLimit = -1, AllowsConnections = true, Grants = [new(null, "CONNECT", false), new("old", "CREATE", true)], Settings = [new("old", "work_mem", "1MB"), new(null, "x.old", "old")] };
        var renamed = RenamedRole.In(facts, [new("old", "new")]);
        Assert.Equal("new", renamed.Owner);
        Assert.Equal([new(null, "CONNECT", false), new("new", "CREATE", true)], renamed.Grants!);
        Assert.Equal([new("new", "work_mem", "1MB"), new(null, "x.old", "old")], renamed.Settings);
    }
}
