using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary><c>repository.json</c>: that a store is a repository, and in which form.</summary>
internal sealed record RepositoryMark
{
    public const string Key = "repository.json";

    private const int Ours = 1, Largest = 64 * 1024;

    public required int Format { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Null where the store has none.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Store"/> (8): it cannot be read, or is of a later version.</exception>
    public static async Task<RepositoryMark?> ReadAsync(IObjectStore store, CancellationToken token)
    {
        if (await store.FindAsync(Key, token) is null) return null;
        try
        {
            await using var from = await store.OpenAsync(Key, 0, Largest, token);
            var mark = await JsonSerializer.DeserializeAsync(from, RepositoryJson.Default.RepositoryMark, token);
            if (mark is { Format: Ours }) return mark;
            throw Unknown(store, $"it is of format {mark?.Format}, and format {Ours} is known here");
        }
        catch (JsonException unreadable)
        {
            throw Unknown(store, unreadable.Message, unreadable);
        }
    }

    /// <summary>Leaves the one that is there.</summary>
    public static async Task EnsureAsync(IObjectStore store, CancellationToken token)
    {
        if (await ReadAsync(store, token) is not null) return;
        await store.PutAsync(Key, JsonSerializer.SerializeToUtf8Bytes(new RepositoryMark { Format = Ours, Id = Guid.NewGuid() }, RepositoryJson.Default.RepositoryMark), PutMode.IfAbsent, token);
    }

    private static Fault Unknown(IObjectStore store, string why, Exception? inner = null) =>
        new(FaultCode.Store, "this version does not know the form of the repository", inner) { Where = $"{Key} in {store.Address}", Why = why, Next = "use the version that wrote it, or a later one" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RepositoryMark))]
[JsonSerializable(typeof(RingNote))]
[JsonSerializable(typeof(SealedNote))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
