namespace Tidemark.Storage.Local;

/// <summary>An object that is read. What the disk says then is the store's failure, as with every other store.</summary>
/// <param name="file">Owned.</param>
/// <param name="path">Of it.</param>
internal sealed class LocalStream(Stream file, string path) : ForwardStream(file)
{
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Inner.Read(buffer);
        }
        catch (IOException broken)
        {
            throw Unreadable(broken);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException broken)
        {
            throw Unreadable(broken);
        }
    }

    private Fault Unreadable(IOException broken) => new(FaultCode.Store, "the file cannot be read", broken) { Where = path, Why = broken.Message, Next = "dmesg | tail -n 50 # a failing disk or a lost mount shows there" };
}
