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

    /// <summary>What lies beside it says.</summary>
    public BaseMarks Marks { get; init; } = BaseMarks.None;

    /// <summary>Only of one without a manifest; null also where it cannot be read.</summary>
    public BaseIntent? Intent { get; init; }

    /// <summary>When its first object was written, by the store's clock.</summary>
    public DateTimeOffset Begun { get; init; }

    /// <summary>When its last object was written, by the store's clock: so its run was alive then.</summary>
    public DateTimeOffset Heard { get; init; }

    /// <summary>A sweeper gave up its run: it is interrupted for ever.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>It can be restored, as far as is known.</summary>
    public bool IsGood => State is BaseState.Complete or BaseState.Sealed;
}

internal enum BaseState
{
    /// <summary>Its documents are whole, and by a writer whom this machine believes.</summary>
    Complete,

    /// <summary>As complete, as far as can be seen without the key that opens its manifest.</summary>
    Sealed,

    /// <summary>Whole, and anybody may have written it.</summary>
    Unauthenticated,

    /// <summary>Its refs or its manifest cannot be read, or are not those of its writer; or the last verification found damage.</summary>
    Damaged,

    /// <summary>Being taken, or left by a run that was killed: there is no manifest.</summary>
    Interrupted,
}
