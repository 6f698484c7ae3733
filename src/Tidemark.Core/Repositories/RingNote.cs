using System.Text.Json;

namespace Tidemark.Repositories;

/// <summary>What stands in the clear beside a wrapped identity, as an age file does not say whom it is for. Whoever can write the store can write this.</summary>
internal sealed record RingNote
{
    /// <summary>Of the repository: age1….</summary>
    public required string PublicKey { get; init; }

    /// <summary>Whom the identity is wrapped to.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last wrapped.</summary>
    public required DateTimeOffset Wrapped { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, RepositoryJson.Default.RingNote);

    /// <summary>Null when it is none.</summary>
    public static RingNote? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, RepositoryJson.Default.RingNote);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
