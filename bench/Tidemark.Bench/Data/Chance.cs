namespace Tidemark.Bench.Data;

/// <summary>SplitMix64: the same seed gives the same data on every machine.</summary>
internal sealed class Chance(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to below, each as likely.</summary>
    public long Below(long below) => (long)(Next() % (ulong)below);

    /// <summary>0 to below, small ones far more often, as with words and instruments.</summary>
    public int Skewed(int below)
    {
        var unit = (Next() >> 11) * (1.0 / (1UL << 53));
        return (int)(unit * unit * unit * below);
    }

    public T Of<T>(T[] choices) => choices[Below(choices.Length)];
}
