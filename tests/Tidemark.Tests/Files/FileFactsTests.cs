using System.Diagnostics;
using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class FileFactsTests : IDisposable
{
    // A file system in memory keeps any time; those on disks keep a few centuries.
    private readonly string place = Directory.CreateDirectory($"/dev/shm/tidemark-test-{Guid.NewGuid():N}").FullName;

    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("99999999999999", 9999)]
    [InlineData("-99999999999999", 1)]
    [InlineData("253402300799", 9999)]
    [InlineData("0", 1970)]
    public void A_time_that_no_calendar_holds_stops_no_listing(string seconds, int year)
    {
        foreach (var name in (string[])["x.dump", "gone.dump.json", "x.dump.check.json", "x.dump.pin.json"])
        {
            File.WriteAllText(Path.Combine(place, name), "{");
            using var touch = Process.Start("touch", ["-d", "@" + seconds, Path.Combine(place, name)]);
            touch.WaitForExit();
            Assert.Equal(0, touch.ExitCode);
        }

        var all = Kept.Catalog(place).All();
        Assert.Equal(["gone.dump", "x.dump"], all.Select(entry => entry.Key).Order());
        Assert.All(all, entry => Assert.Equal(year, entry.Time.Year));
        var marked = all.Single(entry => entry.Key == "x.dump");
        Assert.Equal((year, year), (marked.Mark!.CheckedAt.Year, Kept.PinOf(marked)!.At.Year));
    }

    [Fact]
    public void The_time_is_that_which_was_set()
    {
        var path = folder.Write("a", "x");
        var time = new DateTime(2026, 11, 22, 1, 2, 3, 456, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(time, FileFacts.Of(path)!.Value.Written.UtcDateTime);
    }

    [Fact]
    public void A_name_is_taken_by_a_link_that_leads_nowhere_and_by_a_folder_and_never_by_one_that_is_too_long()
    {
        File.CreateSymbolicLink(folder["link"], folder["nowhere"]);
        Directory.CreateDirectory(folder["folder"]);
        folder.Write("file", "x");
        Assert.True(FileFacts.IsThere(folder["link"]) && FileFacts.IsThere(folder["folder"]) && FileFacts.IsThere(folder["file"]));
        Assert.False(FileFacts.IsThere(folder["nowhere"]) || FileFacts.IsThere(folder["file/below"]) || FileFacts.IsThere(folder[new string('x', 256)]));
    }

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(place, recursive: true);
    }
}
