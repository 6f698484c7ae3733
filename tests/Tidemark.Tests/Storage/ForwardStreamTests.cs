using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

public sealed class ForwardStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_it_reads_is_let_go_once(bool later)
    {
        var inner = new CountedStream();
        var stream = new RangeStream(new RangeStream(inner, 1), 1);

        if (later) await stream.DisposeAsync();
        stream.Dispose();
        stream.Dispose();

        Assert.Equal(1, inner.Disposed);
    }
}
