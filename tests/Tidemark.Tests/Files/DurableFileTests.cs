using System.Runtime.Versioning;
using System.Text;
using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

[SupportedOSPlatform("linux")]
public sealed class DurableFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_file_has_its_final_name_only_after_publishing_and_is_private()
    {
        var final = folder["store/2026/a.dump"];
        using var file = DurableFile.Create(folder["pending"]);
        file.Stream.Write("abc"u8);
        Assert.False(File.Exists(final));
        Assert.Equal("abc", File.ReadAllText(file.PendingPath));

        file.Publish(final);

        Assert.Equal("abc", File.ReadAllText(final));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(final));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["store/2026"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["store"]));
        Assert.Empty(Directory.GetFiles(folder["pending"]));
        Assert.Equal(3, file.Length);
    }

    [Theory]
    [InlineData("000")]
    [InlineData("777")]
    public async Task Files_are_0600_and_folders_0700_whatever_the_umask(string umask)
    {
        string[] shell = ["/bin/sh", "-c", $"umask {umask}; exec \"$@\"", "sh"];
        Assert.Equal((0, ""), await ProbeProcess.RunAsync(shell, "publish", folder["pending"], folder["store/deep/final"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["store/deep/final"]));
        foreach (var made in new[] { "pending", "store", "store/deep" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder[made]));
    }

    [Fact]
    public void Disposed_before_publishing_nothing_is_left()
    {
        using (var file = DurableFile.Create(folder.Path))
            file.Stream.Write("abc"u8);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("link that leads nowhere")]
    public void A_name_that_is_taken_is_never_overwritten(string by)
    {
        var final = folder["taken"];
        if (by == "file")
            File.WriteAllText(final, "old");
        else
            File.CreateSymbolicLink(final, folder["nowhere"]);
        using var file = DurableFile.Create(folder["pending"]);
        file.Stream.Write("new"u8);

        Assert.False(file.TryPublish(final));
        Assert.Equal(FaultCode.Refused, Assert.Throws<Fault>(() => file.Publish(final)).Code);
        Assert.False(NoReplaceRename.TryByLink(file.PendingPath, final));

        file.Publish(folder["taken-2"]);
        Assert.Equal("new", File.ReadAllText(folder["taken-2"]));
        Assert.False(File.Exists(folder["nowhere"]));
    }

    [Fact]
    public void A_file_system_without_RENAME_NOREPLACE_is_served_by_link_and_unlink()
    {
        var pending = folder.Write("a.pending", "abc");
        Assert.True(NoReplaceRename.TryByLink(pending, folder["a"]));
        Assert.Equal(["a"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_document_is_replaced_as_a_whole_only_when_that_is_asked_for()
    {
        var path = folder["d/state.json"];
        DurableFile.WriteWhole(path, "1"u8, replace: false);
        Assert.Equal(FaultCode.Refused, Assert.Throws<Fault>(() => DurableFile.WriteWhole(path, "2"u8, replace: false)).Code);
        Assert.Equal("1", File.ReadAllText(path));
        DurableFile.WriteWhole(path, "3"u8, replace: true);
        Assert.Equal("3", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder["d"]));
        Assert.True(DurableFile.Remove(path));
        Assert.False(DurableFile.Remove(path));
    }

    [Fact]
    public void A_document_under_a_symbolic_link_replaces_the_link_and_spares_its_target()
    {
        var target = folder.Write("target", "precious");
        File.CreateSymbolicLink(folder["link"], target);
        DurableFile.WriteWhole(folder["link"], "new"u8, replace: true);
        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Null(new FileInfo(folder["link"]).LinkTarget);
    }

    [Fact]
    public void Lines_are_added_and_a_half_line_is_closed_off()
    {
        var path = folder["audit/trail.jsonl"];
        DurableFile.AppendLine(path, "{\"a\":1}");
        File.AppendAllText(path, "{\"cut");
        DurableFile.AppendLine(path, "{\"b\":\"ü\"}");
        Assert.Equal("{\"a\":1}\n{\"cut\n{\"b\":\"ü\"}\n", File.ReadAllText(path, Encoding.UTF8));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<ArgumentException>(() => DurableFile.AppendLine(path, "two\nlines"));
    }

    [Fact]
    public void A_line_never_goes_through_a_symbolic_link()
    {
        var target = folder.Write("target", "precious");
        File.CreateSymbolicLink(folder["link"], target);
        Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => DurableFile.AppendLine(folder["link"], "x")).Code);
        Assert.Equal("precious", File.ReadAllText(target));
    }

    [Fact]
    public void A_file_for_others_can_be_read_by_all_and_replaces_the_old_one_whole()
    {
        foreach (var text in new[] { "first, and long", "second" })
        {
            DurableFile.WriteReadable(folder["metrics.prom"], Encoding.UTF8.GetBytes(text));
            Assert.Equal(text, File.ReadAllText(folder["metrics.prom"]));
            Assert.Equal((UnixFileMode)Convert.ToInt32("644", 8), File.GetUnixFileMode(folder["metrics.prom"]));
        }
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_for_others_makes_no_folder_that_others_could_not_enter()
    {
        var fault = Assert.Throws<Fault>(() => DurableFile.WriteReadable(folder["not there/metrics.prom"], "x"u8));
        Assert.Equal(FaultCode.Store, fault.Code);
        Assert.False(Directory.Exists(folder["not there"]));
    }

    public void Dispose() => folder.Dispose();
}
