namespace Tidemark.BaseBackups;

/// <summary>A base backup, or what is left of one, as a store tells it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">What it is worth.</param>
/// <param name="Why">A sentence, unless it is complete.</param>
internal sealed record BaseEntry(BaseId Id, BaseState State, string? Why)
{
    /// <summary>Null where it is damaged, or was interrupted before them.</summary>
    public BaseRefs? Refs { get; init; }

    /// <summary>Null where it cannot be opened.</summary>
    public BaseManifest? Manifest { get; init; }

    /// <summary>Keys of its marks, in no order.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];
}

internal enum BaseState
{
    /// <summary>Its documents are whole, and by a writer whom this machine believes.</summary>
    Complete,

    /// <summary>As complete, as far as can be seen without the key that opens its manifest.</summary>
    Sealed,

    /// <summary>Whole, and anybody may have written it.</summary>
    Unauthenticated,

    /// <summary>Its refs or its manifest cannot be read, or are not those of its writer.</summary>
    Damaged,

    /// <summary>Being taken, or left by a run that was killed: there is no manifest.</summary>
    Interrupted,
}
