namespace Tidemark.Dumps.Plain;

/// <summary>Keeps the first 20 and counts all.</summary>
internal sealed class ForbiddenStatements
{
    private readonly List<ForbiddenStatement> _kept = [];

    public IReadOnlyList<ForbiddenStatement> Kept => [.. _kept];

    public long Count { get; private set; }

    public ForbiddenStatements Copy()
    {
        var copy = new ForbiddenStatements { Count = Count };
        copy._kept.AddRange(_kept);
        return copy;
    }

    public void Add(long line, ReadOnlySpan<byte> text, string why)
    {
        if (Count++ < 20)
            _kept.Add(new(line, SqlBytes.Excerpt(text), why));
    }
}
