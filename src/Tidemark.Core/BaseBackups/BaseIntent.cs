namespace Tidemark.BaseBackups;

/// <summary>That a backup is being taken, and on which one it builds: written before anything else, so that nobody sweeps that one's packs meanwhile.</summary>
internal sealed record BaseIntent : IBaseDocument
{
    public static string Kind => "base intent";

    public static int Known => 1;

    public string What { get; init; } = Kind;

    public int Format { get; init; } = Known;

    public required string Id { get; init; }

    /// <summary>The id of the backup whose packs are used again; null: of none.</summary>
    public string? Parent { get; init; }

    public required string Host { get; init; }

    public required DateTimeOffset Started { get; init; }
}
