using System.Globalization;
using System.Text.Json;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>The lives of one cluster in one store: a note each, <c>clusters/NAME/01.json</c>, <c>02.json</c> …, that says which system identifier has the number.</summary>
/// <remarks>
/// A writer goes through the numbers from 1 and takes the first that is its own or free, by put-if-absent. So two writers of one life cannot
/// get two numbers, nor two lives one. What a cluster or folder listing says is not asked: it would hold every segment.
/// </remarks>
internal sealed class Incarnations(IObjectStore store, string cluster)
{
    private const int Ours = 1, Largest = 64 * 1024;

    /// <summary>Nobody has so many; a store that has a note for every number is not listened to for ever.</summary>
    private const int Most = 1000;

    /// <summary>In the order of their numbers.</summary>
    public async Task<IReadOnlyList<IncarnationFolder>> ListAsync(CancellationToken token)
    {
        var all = new List<IncarnationFolder>();
        while (all.Count < Most && await ReadAsync(all.Count + 1, token) is { } next) all.Add(next);
        return all;
    }

    /// <summary>Null: nothing of it was ever written here.</summary>
    public async Task<IncarnationFolder?> FindAsync(ulong systemIdentifier, CancellationToken token)
    {
        for (var number = 1; number <= Most && await ReadAsync(number, token) is { } next; number++)
            if (next.SystemIdentifier == systemIdentifier) return next;
        return null;
    }

    /// <summary>Opens it when it is new.</summary>
    public async Task<IncarnationFolder> EnsureAsync(ulong systemIdentifier, CancellationToken token)
    {
        for (var number = 1; number <= Most; number++)
        {
            var there = await ReadAsync(number, token) ?? await OpenAsync(number, systemIdentifier, token);
            if (there.SystemIdentifier == systemIdentifier) return there;
        }
        throw Unknown(IncarnationFolder.NoteKey(cluster, Most), "there are too many");
    }

    /// <summary>Whoever was first.</summary>
    private async Task<IncarnationFolder> OpenAsync(int number, ulong systemIdentifier, CancellationToken token)
    {
        await BreakGlass.WriteAsync(store, token);
        var note = new IncarnationNote { Format = Ours, SystemIdentifier = systemIdentifier.ToString(CultureInfo.InvariantCulture) };
        await store.PutAsync(IncarnationFolder.NoteKey(cluster, number), JsonSerializer.SerializeToUtf8Bytes(note, WalJson.Default.IncarnationNote), PutMode.IfAbsent, token);
        return await ReadAsync(number, token) ?? throw Unknown(IncarnationFolder.NoteKey(cluster, number), "it was written, and is gone");
    }

    private async Task<IncarnationFolder?> ReadAsync(int number, CancellationToken token)
    {
        var key = IncarnationFolder.NoteKey(cluster, number);
        try
        {
            var note = JsonSerializer.Deserialize(await WholeObject.ReadAsync(store, key, Largest, token) ?? throw StoreFault.TooLarge(store, key, Largest), WalJson.Default.IncarnationNote);
            return note is { Format: Ours } && ulong.TryParse(note.SystemIdentifier, NumberStyles.None, CultureInfo.InvariantCulture, out var identifier)
                ? new IncarnationFolder(cluster, number, identifier)
                : throw Unknown(key, $"it is of format {note?.Format}, and format {Ours} is known here");
        }
        catch (Fault missing) when (missing.Code == FaultCode.NotFound)
        {
            return null;
        }
        catch (JsonException unreadable)
        {
            throw Unknown(key, unreadable.Message, unreadable);
        }
    }

    private Fault Unknown(string key, string why, Exception? inner = null) =>
        new(FaultCode.Verification, "the note of a cluster's life cannot be read", inner) { Where = $"{key} in {store.Address}", Why = why, Next = "use the version that wrote it, or a later one" };
}

/// <summary>What such a note says. The identifier is text: numbers of JSON are not read so far everywhere.</summary>
internal sealed record IncarnationNote
{
    public required int Format { get; init; }

    public required string SystemIdentifier { get; init; }
}
