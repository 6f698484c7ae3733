using Tidemark.Storage;
using Tidemark.Storage.S3;

namespace Tidemark.Bench.Uploads;

/// <summary>The store class at work, with nothing around it.</summary>
internal static class OneUpload
{
    private const int Piece = 1 << 20;

    public static async Task RunAsync(string address, string key, Stream from, CancellationToken token)
    {
        await using var store = Open(address);
        await using var upload = await store.BeginUploadAsync(key, token);
        var piece = new byte[Piece];
        for (int got; (got = await from.ReadAsync(piece, token)) > 0;) await upload.WriteAsync(piece.AsMemory(0, got), token);
        if (!await upload.CompleteAsync(PutMode.Replace, token)) throw new BenchFailure($"{key} was not taken");
    }

    public static S3ObjectStore Open(string address)
    {
        var where = StoreAddress.Parse(address);
        string Said(string name) => Environment.GetEnvironmentVariable(name) ?? throw new BenchFailure($"{name} is not set");
        return new S3ObjectStore(new S3Options { Bucket = where.Host, Prefix = where.Prefix, Endpoint = new Uri(Said("AWS_ENDPOINT_URL")), PathStyle = true, AccessKey = Said("AWS_ACCESS_KEY_ID"), SecretKey = Said("AWS_SECRET_ACCESS_KEY") }, TimeProvider.System);
    }
}
