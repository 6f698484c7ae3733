using Tidemark.BaseBackups.Maps;

namespace Tidemark.BaseBackups;

/// <summary>Which frames of which packs a map names: a bit each, so that a map of any size fits.</summary>
internal sealed class NamedFrames
{
    private const int Bits = 64;

    private readonly Dictionary<string, ulong[]> packs = new(StringComparer.Ordinal);

    public void Add(MapItem item)
    {
        foreach (var (pack, frame) in Places(item))
        {
            var bits = packs.GetValueOrDefault(pack, []);
            if (frame / Bits >= bits.Length) Array.Resize(ref bits, (frame / Bits) + 1);
            bits[frame / Bits] |= 1UL << (frame % Bits);
            packs[pack] = bits;
        }
    }

    public bool Has(string pack, int frame) => packs.TryGetValue(pack, out var bits) && frame / Bits < bits.Length && (bits[frame / Bits] & (1UL << (frame % Bits))) != 0;

    /// <summary>Whether a pack is named that has fewer frames, or is none of these.</summary>
    public bool AreBeyond(IReadOnlyDictionary<string, int> frames) =>
        packs.Any(pack => (pack.Value.Length * Bits) - 1 - System.Numerics.BitOperations.LeadingZeroCount(pack.Value[^1]) >= frames.GetValueOrDefault(pack.Key));

    public static IEnumerable<(string Pack, int Frame)> Places(MapItem item) => item switch
    {
        MappedFile { Bundle: { } bundle } => [(bundle.Pack.Pack.Id, bundle.Frame)],
        MappedFile file => file.Runs.Select(run => (run.Pack.Pack.Id, run.Frame)),
        MappedPart part => part.Runs.Select(run => (run.Pack.Pack.Id, run.Frame)),
        _ => [],
    };
}
