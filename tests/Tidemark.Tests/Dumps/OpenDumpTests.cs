using System.Runtime.Versioning;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

[SupportedOSPlatform("linux")]
public sealed class OpenDumpTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_dump_that_is_being_read_is_not_purged_and_then_it_is()
    {
        var path = folder.Write("a.dump", "bytes");
        var entry = Entry();
        var expired = new RetentionDecision(new RetentionItem(entry), [], new Expiry("age", "older than 7 days"));
        var prune = new PruneRunner(TimeProvider.System);
        await using (Kept.Open(entry))
        await using (Kept.Open(entry))
        {
            Assert.Equal(FaultCode.Locked, Assert.Single(prune.Run([expired])).Fault?.Code);
            Assert.True(File.Exists(path));
        }

        Assert.Null(Assert.Single(prune.Run([expired])).Fault);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task One_that_we_may_not_write_to_is_not_purged_while_it_is_read_either()
    {
        var path = folder.Write("a.dump", "bytes");
        File.SetUnixFileMode(path, (UnixFileMode)0b100_100_100);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        await using (Kept.Open(Entry()))
        using (new AsNobody())
            Assert.Equal(FaultCode.Locked, Assert.Throws<Fault>(() => Remove()).Code);
        using (new AsNobody())
            Assert.True(Remove());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void One_that_we_may_not_even_open_is_not_purged()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only another user's file can be closed to us and removed by us");
        var path = folder.Write("a.dump", "bytes");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        using (new AsNobody())
            Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => Remove()).Code);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Its_bytes_are_read_from_one_open_file_as_often_as_wanted_whatever_becomes_of_the_name()
    {
        var path = folder.Write("a.dump", "bytes");
        await using var dump = Kept.Open(Entry());
        Assert.Equal("bytes", await ReadAsync(dump));
        File.Delete(path);
        folder.Write("a.dump", "others");
        Assert.Equal("bytes", await ReadAsync(dump));
    }

    [Fact]
    public void One_that_is_gone_is_a_fault() =>
        Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => Kept.Open(Entry() with { Key = "none.dump" })).Code);

    public void Dispose() => folder.Dispose();

    private DumpEntry Entry() => new() { Id = "a", Store = DumpStore.OfFolder(folder.Path), Key = "a.dump", Size = 5, State = DumpState.Good, Time = DateTimeOffset.UnixEpoch };

    private bool Remove() => OpenDump.RemoveAsync(Entry(), () => Task.CompletedTask, CancellationToken.None).GetAwaiter().GetResult();

    private static async Task<string> ReadAsync(OpenDump dump)
    {
        await using var reading = await dump.FromStartAsync(TestContext.Current.CancellationToken);
        return await new StreamReader(reading.Plain, leaveOpen: true).ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
