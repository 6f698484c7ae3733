namespace Tidemark.Dumps.Plain;

/// <summary>Counts lines a chunk at a time; the line of one place is counted only when it is asked for.</summary>
internal sealed class LineNumbers
{
    private long _before;

    /// <summary>1-based line of index <paramref name="at"/> of the present chunk.</summary>
    public long At(ReadOnlySpan<byte> chunk, int at) => 1 + _before + chunk[..at].Count((byte)'\n');

    public void Passed(ReadOnlySpan<byte> chunk) => _before += chunk.Count((byte)'\n');
}
