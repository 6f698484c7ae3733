using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Writes a chunk or a list: its kind, the packs that it names, then the rest, which names them by number.</summary>
internal sealed class PlaceWriter(int kind)
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<SealedPack> packs = [];
    private int next;

    public FieldWriter Rest { get; } = new();

    /// <summary>A frame is told by how far it is from the one behind the last: mostly by 0.</summary>
    public void Place(PackPromise promise, int frame)
    {
        var pack = promise.Pack;
        if (!numbers.TryGetValue(pack.Id, out var number))
        {
            numbers[pack.Id] = number = packs.Count;
            packs.Add(pack);
        }
        Rest.Number(number);
        Rest.Signed(frame - next);
        next = frame + 1;
    }

    public void Runs(IReadOnlyList<PageRun> runs)
    {
        Rest.Number(runs.Count);
        foreach (var run in runs)
        {
            Rest.Number(run.Pages);
            Place(run.Pack, run.Frame);
            Rest.Number(run.Within);
        }
    }

    public byte[] Written()
    {
        var all = new FieldWriter();
        all.Number(kind);
        all.Number(packs.Count);
        foreach (var pack in packs)
        {
            all.Bytes(Convert.FromHexString(pack.Id));
            all.Number(pack.Size);
            all.Hash(pack.Index);
        }
        all.Bytes(Rest.Written);
        return all.Written.ToArray();
    }
}
