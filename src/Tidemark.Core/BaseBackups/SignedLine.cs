using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tidemark.BaseBackups;

/// <summary>A document and who wrote it: a line of JSON, and a line with the writer's signature (Ed25519) over the bytes of the first.</summary>
/// <param name="Document">Without its newline.</param>
/// <param name="Signature">Null: there is none that can be read.</param>
internal sealed record SignedLine(byte[] Document, SignatureLine? Signature)
{
    /// <summary>Bytes of a signature's line: many times what ours have.</summary>
    public const int LongestSignature = 4096;

    public static byte[] Write<T>(T document, JsonTypeInfo<T> shape, WriterKey writer)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(document, shape);
        var signature = JsonSerializer.SerializeToUtf8Bytes(new SignatureLine { Writer = writer.Id, Signature = writer.Sign(line) }, BaseJson.Default.SignatureLine);
        return [.. line, (byte)'\n', .. signature, (byte)'\n'];
    }

    /// <param name="bytes">They may go on behind the signature.</param>
    /// <param name="length">Of both lines.</param>
    /// <exception cref="InvalidDataException">There is no whole line in them.</exception>
    public static SignedLine Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) throw new InvalidDataException("it is cut in its first line");
        var rest = bytes[(end + 1)..];
        var last = rest.IndexOf((byte)'\n');
        length = end + 1 + (last < 0 ? rest.Length : last + 1);
        return new SignedLine(bytes[..end].ToArray(), last is < 0 or > LongestSignature ? null : SignatureLine.Read(rest[..last]));
    }

    /// <exception cref="InvalidDataException">It is not of this shape.</exception>
    public T Parse<T>(JsonTypeInfo<T> shape)
        where T : class, IBaseDocument
    {
        try
        {
            var document = JsonSerializer.Deserialize(Document, shape) ?? throw new InvalidDataException("it says nothing");
            // One that is signed must not pass for another kind.
            if (document.What != T.Kind) throw new InvalidDataException($"it is no {T.Kind}");
            return document.Format == T.Known ? document : throw new InvalidDataException($"it is of format {document.Format}, and format {T.Known} is known here");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException(unreadable.Message, unreadable);
        }
    }
}

/// <summary>Says of itself what it is.</summary>
internal interface IBaseDocument
{
    static abstract string Kind { get; }

    static abstract int Known { get; }

    string What { get; }

    int Format { get; }
}

/// <summary>The second line.</summary>
internal sealed record SignatureLine
{
    /// <summary>The id of the writer's key.</summary>
    public required string Writer { get; init; }

    /// <summary>64 bytes; Base64 in JSON.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Null when it is none.</summary>
    public static SignatureLine? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BaseJson.Default.SignatureLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
