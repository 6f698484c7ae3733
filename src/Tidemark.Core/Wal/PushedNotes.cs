using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Wal;

/// <summary>Which segments were stored ahead of their turn, so that the call whose turn it is returns at once. A note that is lost costs time and nothing else: the segment is then stored again, which finds it there.</summary>
/// <remarks>A note counts for the very file that was read (its place, number, length and time of writing), for the same stores, and for an hour; and once.</remarks>
internal sealed class PushedNotes(string state, ulong systemIdentifier, IReadOnlyList<string> stores, TimeProvider clock)
{
    private static readonly TimeSpan Counts = TimeSpan.FromHours(1);

    private readonly string folder = Path.Combine(state, "wal", "pushed", $"{systemIdentifier}");

    /// <summary>Whether this file was stored ahead; its note is used up.</summary>
    public bool Take(string path)
    {
        // A note that cannot be removed would be believed twice. A power cut may bring one back, and it is still true then.
        return Read(PathOf(path)) is { } note && Posix.Unlink(PathOf(path)) == 0 && Fits(note, path);
    }

    /// <summary>As <see cref="Take"/>, and the note stays.</summary>
    public bool Has(string path) => Read(PathOf(path)) is { } note && Fits(note, path);

    /// <param name="path">Of the segment's file.</param>
    /// <param name="read">What that was when it was read.</param>
    public void Add(string path, FileMark read)
    {
        PrivateFolder.Ensure(folder);
        if (FileFacts.IsThere(PathOf(path))) DurableFile.Remove(PathOf(path));
        var note = new PushedNote { Path = path, Machine = Environment.MachineName, Mark = read.ToString(), Stores = stores, At = clock.GetUtcNow() };
        // Not durable, on purpose: after a power cut it may be gone or empty, and neither is believed.
        using var to = PrivateFile.OpenAppend(PathOf(path));
        to.Write(JsonSerializer.SerializeToUtf8Bytes(note, WalJson.Default.PushedNote));
    }

    /// <summary>Removes what nobody asked for in time.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(folder)) return;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder))
                if (FileFacts.Find(file) is { } facts && clock.GetUtcNow() - facts.Written > Counts) DurableFile.Remove(file);
        }
        catch (Exception closed) when (closed is Fault or IOException or UnauthorizedAccessException)
        {
            // Old notes are not believed, whether they lie there or not.
        }
    }

    private bool Fits(PushedNote note, string path) =>
        note.Path == path && note.Machine == Environment.MachineName && note.Stores.SequenceEqual(stores) && clock.GetUtcNow() - note.At is var age && age >= TimeSpan.Zero && age <= Counts && FileMark.Of(path) is { } mark && mark.ToString() == note.Mark;

    private string PathOf(string path) => Path.Combine(folder, Path.GetFileName(path));

    private static PushedNote? Read(string path)
    {
        if (FileFacts.Find(path) is null) return null;
        try
        {
            using var file = RegularFile.OpenForReading(path);
            return JsonSerializer.Deserialize(file, WalJson.Default.PushedNote);
        }
        catch (Exception gone) when (gone is JsonException or Fault)
        {
            // Half written, or taken by another call meanwhile: as if it had never been.
            return null;
        }
    }
}

/// <summary>One such note.</summary>
internal sealed record PushedNote
{
    public required string Path { get; init; }

    public required string Machine { get; init; }

    public required string Mark { get; init; }

    public required IReadOnlyList<string> Stores { get; init; }

    public required DateTimeOffset At { get; init; }
}
