namespace Tidemark.BaseBackups;

/// <summary>What the marks beside one base backup come to. Only the store's clock orders them; a name or a writer's clock does not.</summary>
/// <param name="Pins">Those that nobody took off, also those that have ended. Anybody's: one that cannot be read holds too.</param>
/// <param name="Check">The latest verification by a writer whom this machine believes; null: none was.</param>
/// <param name="Tombstone">That it is to go, by such a writer; null: it is not. A pin lifts it.</param>
internal sealed record BaseMarks(IReadOnlyList<StoredMark> Pins, StoredMark? Check, StoredMark? Tombstone)
{
    public static readonly BaseMarks None = new([], null, null);

    /// <summary>The latest drill that passed, by such a writer; null: none did.</summary>
    public BaseMark? Proof { get; init; }

    /// <summary>Somebody's pin holds at this moment.</summary>
    public bool IsPinned(DateTimeOffset now) => Pins.Any(pin => pin.Mark is null || pin.Mark.Until is not { } until || now < until);
}

/// <param name="Key">Of the mark.</param>
/// <param name="Written">By the store's clock.</param>
/// <param name="Mark">Null: it cannot be read.</param>
/// <param name="IsKnown">By a writer whom this machine believes.</param>
internal sealed record StoredMark(string Key, DateTimeOffset Written, BaseMark? Mark, bool IsKnown)
{
    /// <summary>The part of the key behind <c>marks/</c>.</summary>
    public string Name => Key[(Key.LastIndexOf('/') + 1)..];
}
