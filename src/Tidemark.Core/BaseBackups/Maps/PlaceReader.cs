using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Reads what a <see cref="PlaceWriter"/> wrote.</summary>
internal ref struct PlaceReader
{
    private const int IdLength = 32;

    private readonly PackPromise[] packs;
    private long next;

    /// <exception cref="InvalidDataException">It is of another kind, or damaged.</exception>
    public PlaceReader(ReadOnlySpan<byte> raw, int kind)
    {
        Rest = new FieldReader(raw);
        if (Rest.Number(int.MaxValue) is var found && found != kind) throw new InvalidDataException($"it is of kind {found}, and kind {kind} was expected");
        packs = new PackPromise[Rest.Number(Math.Min(MapFormat.MostPacks, raw.Length / IdLength))];
        for (var at = 0; at < packs.Length; at++)
            packs[at] = new PackPromise(new SealedPack(Convert.ToHexStringLower(Rest.Bytes(IdLength)), Rest.Number(SealedPack.Largest), Rest.Hash()));
    }

    public FieldReader Rest;

    public (PackPromise Pack, int Frame) Place()
    {
        if (packs.Length == 0) throw new InvalidDataException("it lies in a pack, and none is named");
        var pack = Rest.Number(packs.Length - 1L);
        var frame = next + Math.Clamp(Rest.Signed(), -MapFormat.MostFrames, MapFormat.MostFrames);
        if (frame is < 0 or >= MapFormat.MostFrames) throw new InvalidDataException($"there can be no frame {frame}");
        next = frame + 1;
        return (packs[pack], (int)frame);
    }

    /// <param name="pages">That they must tell.</param>
    public PageRun[] Runs(long pages)
    {
        var runs = new PageRun[Rest.Number((int)Math.Min(pages, MapFormat.MostRuns))];
        for (var at = 0; at < runs.Length; at++)
        {
            var count = Rest.Number(MapFormat.MostPagesInFrame);
            var (pack, frame) = Place();
            runs[at] = new PageRun(count, pack, frame, Rest.Number(MapFormat.MostPagesInFrame));
            pages -= count;
        }
        return pages == 0 && Array.TrueForAll(runs, run => run.Pages > 0) ? runs : throw new InvalidDataException("its runs do not tell each page once");
    }
}
