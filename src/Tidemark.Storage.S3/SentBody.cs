namespace Tidemark.Storage.S3;

/// <summary>A body on its way out that tells whenever a piece of it goes.</summary>
internal sealed class SentBody(byte[] bytes, int length, Action alive) : MemoryStream(bytes, 0, length, writable: false)
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        alive();
        return base.Read(buffer, offset, count);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        alive();
        return base.ReadAsync(buffer, cancellationToken);
    }
}
