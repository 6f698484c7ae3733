using System.Text;
using Tidemark.BaseBackups;
using Tidemark.Restores.Bases;
using Tidemark.Tests.BaseBackups;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Restores.Bases;

public sealed class OutsideFoldersTests : IDisposable
{
    private readonly TempFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("", "16400 /nowhere/a\n16401 /nowhere/b c\n")]
    [InlineData("16400=/other/a", "16400 /other/a\n16401 /nowhere/b c\n")]
    [InlineData("/nowhere/a/=/other/a;/nowhere/b c=/other/b", "16400 /other/a\n16401 /other/b\n")]
    [InlineData("/nowhere/d=/other/d", "2: 16400 = /nowhere/a, 16401 = /nowhere/b c")]
    [InlineData("16400=/nowhere/b c/within", "2: /nowhere/b c is one too")]
    [InlineData("16400=/target/data/within", "2: /target/data is one too")]
    public void A_tablespace_comes_where_it_was_or_where_it_is_sent_and_the_server_is_told(string moved, string expected)
    {
        string told;
        try
        {
            var outside = OutsideFolders.Look(Manifest("/nowhere/a", "/nowhere/b c"), [.. moved.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(one => new MovedTablespace(one.Split('=')[0], one.Split('=')[1]))], null, new TargetFolder("/target/data", null, TargetState.Free));
            told = Encoding.UTF8.GetString(outside.TablespaceMap!);
            Assert.Equal(told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)[1]), outside.ByPath.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
        }
        catch (Fault fault)
        {
            told = $"{fault.Code.ExitCode}: {fault.Why}";
        }
        Assert.Equal(expected, told);
    }

    [Fact]
    public void Another_ones_tablespace_is_never_taken_for_that_of_the_folder_that_is_mended()
    {
        var (target, live) = (Path.Combine(scratch.Path, "data"), Path.Combine(scratch.Path, "live"));
        Directory.CreateDirectory(Path.Combine(target, "pg_tblspc"));
        Directory.CreateDirectory(Path.Combine(live, "PG_15_202209061"));
        var manifest = Manifest(live);
        var old = new TargetFolder(target, null, TargetState.Old);
        Assert.Equal(FaultCode.Refused, Assert.Throws<Fault>(() => OutsideFolders.Look(manifest, [], null, old)).Code);

        // Where its own link leads it is its own, be it where it was or where somebody moved it.
        var moved = Path.Combine(scratch.Path, "moved");
        Directory.CreateDirectory(Path.Combine(moved, "PG_15_202209061"));
        foreach (var own in new[] { live, moved })
        {
            File.Delete(Path.Combine(target, "pg_tblspc", "16400"));
            Directory.CreateSymbolicLink(Path.Combine(target, "pg_tblspc", "16400"), own);
            var outside = OutsideFolders.Look(manifest, [], null, old);
            Assert.Equal((own, $"16400 {own}\n"), (Assert.Single(outside.ByPath).Value, Encoding.UTF8.GetString(outside.TablespaceMap!)));
        }
    }

    private static BaseManifest Manifest(params string[] folders) => MadeManifest.Plain with
    {
        ServerVersion = 150018,
        Tablespaces = [.. folders.Select((folder, at) => new BaseTablespace((uint)(16400 + at), folder))],
        TablespaceMap = Encoding.UTF8.GetBytes(string.Concat(folders.Select((folder, at) => $"{16400 + at} {folder}\n"))),
    };
}
