using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidemark.Drills.Evidence;

/// <summary>A report in its place in the chain: these bytes are signed.</summary>
internal sealed record EvidenceDocument
{
    public const string Kind = "drill-evidence";

    public string What { get; init; } = Kind;

    public int Format { get; init; } = 1;

    /// <summary>From 1 on, without a gap.</summary>
    public required int Number { get; init; }

    /// <summary>Null: the first.</summary>
    public required PreviousEvidence? Previous { get; init; }

    /// <summary>The id of the key that signed it.</summary>
    public required string Key { get; init; }

    /// <summary>The same for people, beside it.</summary>
    public required IReadOnlyList<Rendering> Renderings { get; init; }

    public required DrillReport Report { get; init; }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        // People read it, too: only what JSON itself needs is escaped.
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, this, EvidenceJson.Default.EvidenceDocument);
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static EvidenceDocument Parse(byte[] bytes)
    {
        try
        {
            var document = JsonSerializer.Deserialize(bytes, EvidenceJson.Default.EvidenceDocument);
            return document is { What: Kind, Format: 1 } ? document : throw new InvalidDataException(document?.What == Kind ? $"it is of format {document.Format}, and format 1 is known here" : "it is no report of a drill");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"it cannot be read: {unreadable.Message}", unreadable);
        }
    }

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>The report before.</summary>
/// <param name="File">Its name.</param>
/// <param name="Sha256">Of its bytes.</param>
internal sealed record PreviousEvidence(string File, string Sha256);

/// <param name="File">Its name.</param>
/// <param name="Sha256">Of its bytes.</param>
internal sealed record Rendering(string File, string Sha256);

/// <summary>The newest report that this machine has written; it lies in the state folder, so that one that is removed from the end of the chain is missed.</summary>
internal sealed record EvidenceHead(int Number, string File, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(EvidenceDocument))]
[JsonSerializable(typeof(EvidenceHead))]
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
