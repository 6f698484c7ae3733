namespace Tidemark.Storage.S3;

/// <summary>A body on its way in, whose failures are faults.</summary>
internal sealed class ReceivedBody(Stream inner, string address, string key) : ForwardStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await S3Request.RunAsync(address, key, S3Request.Silence, async (stop, _) => await Inner.ReadAsync(buffer, stop), cancellationToken);
}
