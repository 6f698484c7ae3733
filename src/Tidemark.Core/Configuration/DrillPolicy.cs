namespace Tidemark.Configuration;

/// <summary>How drills are done.</summary>
internal sealed record DrillPolicy
{
    /// <summary>The address of the server on which they make a scratch database; null: a private server.</summary>
    public SecretSource? Target { get; init; }

    /// <summary>The file with the user's questions; absolute. Null: there are none.</summary>
    public string? Assertions { get; init; }

    /// <summary>Of the reports; absolute. Null: in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>The git repository that reports are pushed to, see <see cref="WikiAddress"/>; null: there is none.</summary>
    public SecretSource? Wiki { get; init; }
}
