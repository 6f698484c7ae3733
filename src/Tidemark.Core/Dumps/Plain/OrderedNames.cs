namespace Tidemark.Dumps.Plain;

/// <summary>Names, each once, in order of appearance.</summary>
internal sealed class OrderedNames
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public IReadOnlyList<string> Names => [.. _names];

    public void Add(string name)
    {
        if (_known.Add(name))
            _names.Add(name);
    }
}
