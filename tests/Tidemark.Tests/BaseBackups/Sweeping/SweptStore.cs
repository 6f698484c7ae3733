using System.Security.Cryptography;
using System.Text;
using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Sweeping;
using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups.Sweeping;

/// <summary>A store with packs that hold a word each, and base backups that name them: enough for a sweeper, who opens no pack.</summary>
internal sealed class SweptStore : IDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private static readonly IncarnationFolder Life = new("default", 1, 7_400_000_000_000_000_001);

    private readonly TempFolder state = new();
    private int taken;

    public SweptStore()
    {
        Memory = new MemoryObjectStore(Clock);
        Writer = WriterKey.Ensure(state.Path);
        Writers = KnownWriters.Read(state.Path);
    }

    public StoppedClock Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public MemoryObjectStore Memory { get; }

    public WriterKey Writer { get; }

    public KnownWriters Writers { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public BaseStore Bases(IObjectStore? seen = null) => new(seen ?? Memory, new BaseKeys(Life), new RepositoryKeys(EncryptionOptions.None, []));

    public Task<SweepReport> SweepAsync(IObjectStore? seen = null) => new SweepRunner(Bases(seen), Writers, Writer, Grace, "ann@db1", Clock).RunAsync(Token);

    public RunRenewal Renewal(BaseId id, TimeProvider clock, TimeSpan grace, Action<string> remark, IObjectStore? seen = null) => new(Bases(seen), id, Writer, grace, "ann@db1", clock, remark);

    public Task<IReadOnlyList<BaseEntry>> ListAsync(IObjectStore? seen = null) => new BaseCatalog(Bases(seen), Writers).ListAsync(Token);

    public void Pass(double days) => Clock.Now += TimeSpan.FromDays(days);

    /// <summary>All of a backup.</summary>
    public async Task<BaseId> TakeAsync(params string[] words)
    {
        var id = await BeginAsync();
        var packs = new List<SealedPack>();
        foreach (var word in words) packs.Add(await PutAsync(word));
        await EndAsync(id, packs);
        return id;
    }

    public async Task<BaseId> BeginAsync(BaseId? parent = null, IObjectStore? seen = null)
    {
        var text = $"{Clock.Now:yyyyMMdd'T'HHmmss'Z'}-{Interlocked.Increment(ref taken):x6}";
        Assert.True(BaseId.TryParse(text, out var id));
        await Bases(seen).WriteAsync(id, new BaseIntent { Id = text, Parent = parent?.Text, Host = "here", Started = Clock.Now }, Writer, Token);
        return id;
    }

    public async Task<SealedPack> PutAsync(string word, IObjectStore? seen = null)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        var pack = Pack(word);
        await (seen ?? Memory).PutAsync(Bases().Keys.Packs.Key(pack.Id), bytes, PutMode.IfAbsent, Token);
        return pack;
    }

    public static SealedPack Pack(string word) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word))), word.Length, ContentHash.Of(Encoding.UTF8.GetBytes(word)));

    public async Task EndAsync(BaseId id, IReadOnlyList<SealedPack> packs, BaseId? parent = null, IObjectStore? seen = null, bool asks = true)
    {
        var bases = Bases(seen);
        await bases.WriteAsync(Refs(id, parent), packs.Distinct(), Writer, Token);
        if (asks) await BaseClaim.RequireAsync(bases, id, Writers, Clock.Now, Token);
        await bases.WriteAsync(Manifest(id, parent), Writer, Token);
    }

    public Task<string> ExpireAsync(BaseId id, IObjectStore? seen = null) => Bases(seen).WriteAsync(new BaseMark { Id = id.Text, Type = BaseMark.Tombstone, At = Clock.Now, By = "ann@db1", Reason = "old" }, Writer, Token);

    public async Task<bool> HasAsync(string word) => await Memory.FindAsync(Bases().Keys.Packs.Key(Pack(word).Id), Token) is not null;

    public Task<List<string>> KeysAsync() => Memory.ListAsync("", _ => { }, Token).Select(stored => stored.Key).ToListAsync(Token).AsTask();

    /// <summary>Of every backup that counts, each pack is there; a sentence otherwise.</summary>
    public async Task<string?> LostAsync()
    {
        foreach (var entry in await ListAsync())
        {
            if (entry.State == BaseState.Interrupted || entry.Marks.Tombstone is { } tombstone && tombstone.Written + Grace < Clock.Now) continue;
            var lost = new List<string>();
            await Bases().ReadPacksAsync(entry.Id, entry.Refs!, (pack, _) => lost.Add(pack), Token);
            lost.RemoveAll((await KeysAsync()).Select(key => key[(key.LastIndexOf('/') + 1)..]).ToHashSet().Contains);
            if (lost.Count > 0) return $"{entry.Id} misses {string.Join(", ", lost)}";
        }
        return null;
    }

    public void Dispose() => state.Dispose();

    private BaseRefs Refs(BaseId id, BaseId? parent) => new() { Id = id.Text, SystemIdentifier = $"{Life.SystemIdentifier}", Type = BaseRefs.Full, Parent = parent?.Text, Wal = Wal, Packs = 0, PackBytes = 0, PackLines = "" };

    private WalSpan Wal => new() { Start = WalPoint.At(TimelineId.First, new Lsn(0x2000028), Clock.Now), Stop = WalPoint.At(TimelineId.First, new Lsn(0x2000150), Clock.Now) };

    private BaseManifest Manifest(BaseId id, BaseId? parent) => MadeManifest.Plain with { Id = id.Text, SystemIdentifier = $"{Life.SystemIdentifier}", Parent = parent?.Text, Wal = Wal, Control = new byte[8192] };
}
