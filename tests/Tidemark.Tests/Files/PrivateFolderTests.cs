using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class PrivateFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("file")]
    [InlineData("file/inner")]
    public void A_file_in_the_way_is_told_as_the_reason(string path)
    {
        folder.Write("file", "");
        var fault = Assert.Throws<Fault>(() => PrivateFolder.Ensure(folder[path]));
        Assert.Equal((FaultCode.Store, folder["file"], "File exists"), (fault.Code, fault.Where, fault.Why));
    }

    public void Dispose() => folder.Dispose();
}
