using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.Repositories.Packs;

/// <summary>A store in memory, and packs that are written into it and read from it.</summary>
internal sealed class PackBench : IDisposable
{
    public const int PageSize = 8192;

    public PackBench(bool isSealed, IObjectStore? store = null)
    {
        Identity = isSealed ? AgeIdentity.Generate() : null;
        Store = store ?? new MemoryObjectStore(TimeProvider.System);
        Keys = new RepositoryKeys(Identity is null ? EncryptionOptions.None : KeysAtHand.Options([Identity], Identity.ToSecretText()), [Store]);
    }

    public AgeIdentity? Identity { get; }

    public IObjectStore Store { get; }

    public RepositoryKeys Keys { get; }

    public PackFolder Folder { get; } = new("clusters/default/01-7/");

    public PackPlace Place => new(Store, Folder);

    public FrameDecoder Decoder { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One file of so many extents, in packs as they come.</summary>
    public async Task<IReadOnlyList<SealedPack>> WriteAsync(IEnumerable<(FrameContent Content, byte[] Raw)> frames)
    {
        await using var uploads = new PackUploads(Store, Folder, Keys, 3, Token);
        using var packs = new PackWriter(uploads, PageSize);
        using var encoder = new FrameEncoder(1);
        foreach (var (content, raw) in frames) await packs.AddAsync(encoder.Encode(content, raw), Token);
        await packs.SealAsync(Token);
        return [.. await uploads.CompleteAsync()];
    }

    public Task<PackReader> OpenAsync(SealedPack pack) => PackReader.OpenAsync(Place, pack, Keys, Decoder, Token);

    public Task<PackReader> ReadAllAsync(SealedPack pack) => PackReader.ReadAllAsync(Place, pack.Id, pack.Size, Keys, Decoder, Token);

    public async Task<byte[]> StoredAsync(SealedPack pack) => (await WholeObject.ReadAsync(Store, Folder.Key(pack.Id), (int)pack.Size, Token))!;

    /// <summary>Somebody, or a disk, changes what is stored.</summary>
    public Task ChangeAsync(SealedPack pack, byte[] to) => Store.PutAsync(Folder.Key(pack.Id), to, PutMode.Replace, Token);

    public static (FrameContent Content, byte[] Raw) Extent(string path, long first, byte[] raw) => (new Extent(path, [new PageSpan(first, (raw.Length + PageSize - 1) / PageSize)]), raw);

    public void Dispose() => Decoder.Dispose();
}
