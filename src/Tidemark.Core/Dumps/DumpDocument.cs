using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>A small JSON document beside a dump: manifest, check mark, pin, proof. Anybody may have put anything under its name.</summary>
internal static class DumpDocument
{
    /// <summary>Bytes. A manifest of half a million tables has fewer; what has more is no document of ours, and would be read whole.</summary>
    private const long Ceiling = 64 << 20;

    /// <returns>The document, or why there is none to rely on.</returns>
    public static (T? Document, string? Finding) Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        byte[]? buffer = null;
        try
        {
            // One buffer for a thousand documents: an array each is most of what a listing would have to collect as garbage.
            using var file = RegularFile.OpenForReading(path);
            if (file.Length > Ceiling) return (null, $"it has {file.Length} bytes, which no document of ours has");
            var length = (int)file.Length;
            buffer = ArrayPool<byte>.Shared.Rent(length);
            var read = file.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false);
            return JsonSerializer.Deserialize(buffer.AsSpan(0, read), type) is { } document ? (document, null) : (null, "it is empty");
        }
        catch (Fault unreadable)
        {
            return (null, unreadable.Why ?? unreadable.What);
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, unreadable.Message);
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
