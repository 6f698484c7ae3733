namespace Tidemark.BaseBackups;

/// <summary>That a run was given up which never came to its end. It lies in the place of the manifest, so that of the two only one can ever be written: a host that was stopped and wakes cannot finish what was swept meanwhile.</summary>
internal sealed record BaseRevocation : IBaseDocument
{
    /// <summary>Bytes: no manifest is as small.</summary>
    public const int Largest = 4096;

    public static string Kind => "base revocation";

    public static int Known => 1;

    public string What { get; init; } = Kind;

    public int Format { get; init; } = Known;

    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>user@host.</summary>
    public required string By { get; init; }
}
