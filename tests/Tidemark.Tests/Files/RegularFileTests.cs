using System.Net.Sockets;
using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder folder = new();

    [Fact]
    public void A_file_and_a_link_to_one_are_read()
    {
        folder.Write("a", "text");
        File.CreateSymbolicLink(folder["link"], folder["a"]);
        foreach (var name in (string[])["a", "link"])
        {
            using var reader = new StreamReader(RegularFile.OpenForReading(folder[name]));
            Assert.Equal("text", reader.ReadToEnd());
        }
    }

    [Fact]
    public async Task A_fifo_is_refused_and_waited_for_by_nobody_also_behind_a_link()
    {
        File.CreateSymbolicLink(folder["link"], Fifo.Make(folder["fifo"]));
        foreach (var name in (string[])["fifo", "link"])
            Assert.Equal((FaultCode.WrongMagic, "it is a FIFO"), await RefusedAsync(folder[name]));
    }

    [Fact]
    public async Task Sockets_devices_and_folders_are_refused_as_what_they_are()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        Assert.Equal((FaultCode.WrongMagic, "it is a socket"), await RefusedAsync(folder["socket"]));
        Assert.Equal((FaultCode.WrongMagic, "it is a device"), await RefusedAsync("/dev/zero"));
        Assert.Equal((FaultCode.WrongMagic, "it is a folder"), await RefusedAsync(folder.Path));
        Assert.Equal((FaultCode.Store, "No such file or directory"), await RefusedAsync(folder["none"]));
    }

    public void Dispose() => folder.Dispose();

    private static async Task<(FaultCode, string?)> RefusedAsync(string path)
    {
        var opening = Task.Run(() => RegularFile.OpenForReading(path));
        var fault = await Assert.ThrowsAsync<Fault>(() => opening.WaitAsync(Patience, TestContext.Current.CancellationToken));
        return (fault.Code, fault.Why);
    }
}
