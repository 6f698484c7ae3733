using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>What an application says when it takes Tidemark in. Settings come from its configuration, section <c>Tidemark</c>, and from the environment.</summary>
public sealed class TidemarkBuilder
{
    internal TidemarkBuilder()
    {
    }

    internal StoreOpeners Openers { get; } = new();

    internal TidemarkBuilder Use(StoreKind kind, StoreOpener opener)
    {
        Openers.Add(kind, opener);
        return this;
    }
}
