using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>A small JSON document beside a dump: manifest, check mark, pin, proof. Anybody may have put anything under its name.</summary>
internal static class DumpDocument
{
    /// <summary>Bytes. A manifest of half a million tables has fewer; what has more is no document of ours, and would be read whole.</summary>
    public const int Ceiling = 64 << 20;

    private const int Mostly = 64 * 1024;

    /// <returns>The document, or why there is none to rely on; neither where there is none.</returns>
    public static async Task<(T? Document, string? Finding)> ReadAsync<T>(DumpStore store, string key, JsonTypeInfo<T> type, CancellationToken token)
        where T : class
    {
        // One buffer for a thousand documents: an array each is most of what a listing would have to collect as garbage.
        var buffer = ArrayPool<byte>.Shared.Rent(Mostly);
        try
        {
            await using var document = await store.Objects.OpenAsync(key, 0, null, token);
            var (length, asked) = (0, false);
            int got;
            while ((got = await document.ReadAsync(buffer.AsMemory(length), token)) > 0)
            {
                length += got;
                if (length < buffer.Length) continue;
                // Nearly all end before this; of the others the size is asked for once.
                if (!asked && await store.Objects.FindAsync(key, token) is { Size: > Ceiling } large) return (null, $"it has {large.Size} bytes, which no document of ours has");
                asked = true;
                if (length > Ceiling) return (null, $"it has more than {Ceiling} bytes, which no document of ours has");
                var longer = ArrayPool<byte>.Shared.Rent(length * 2);
                buffer.AsSpan(0, length).CopyTo(longer);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = longer;
            }
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), type) is { } read ? (read, null) : (null, "it is empty");
        }
        catch (Fault missing) when (missing.Code == FaultCode.NotFound)
        {
            return (null, null);
        }
        catch (Fault unreadable) when (store.Folder is not null || unreadable.Code != FaultCode.Store)
        {
            return (null, unreadable.Why ?? unreadable.What);
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, unreadable.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static async Task WriteAsync<T>(DumpStore store, string key, T document, JsonTypeInfo<T> type, CancellationToken token) =>
        await store.Objects.PutAsync(key, JsonSerializer.SerializeToUtf8Bytes(document, type), PutMode.Replace, token);
}
