using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Files;
using Tidemark.Postgres.Data;

namespace Tidemark.Restores.Bases;

/// <summary>Stands in a folder while a restore writes into it: first of all in, last of all out. By it the next restore knows the half work of one that was killed.</summary>
internal sealed record RestoreMark
{
    public const string Name = "tidemark.restore";

    private const int Ours = 1;

    /// <summary>For people who find it.</summary>
    public string What { get; init; } = "a restore that has not ended writes here: type its command again, it goes on";

    public int Format { get; init; } = Ours;

    public string Backup { get; init; } = "";

    /// <summary>Nothing was there when it began: all that is there now is its own.</summary>
    public bool WasEmpty { get; init; }

    /// <summary>Folders elsewhere that it writes into, absolute.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    /// <summary>What it moved aside, under the new names.</summary>
    public IReadOnlyList<string> Aside { get; init; } = [];

    /// <summary>Null: there is none. One that cannot be read says as little as one can; and so does one that root did not write, to root: it names folders that are emptied.</summary>
    public static RestoreMark? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!FileFacts.IsThere(path)) return null;
        if (Environment.IsPrivilegedProcess && FileFacts.Of(path, ofLink: true) is not { IsRegular: true, Owner: 0 }) return new RestoreMark();
        try
        {
            using var file = RegularFile.OpenForReading(path);
            return JsonSerializer.Deserialize(file, RestoreMarkJson.Default.RestoreMark) is { Format: Ours } mark ? mark : new RestoreMark();
        }
        catch (JsonException)
        {
            return new RestoreMark();
        }
    }

    /// <summary>Whether what is there is the unfinished work of a restore: no server has ever begun from it. The first one that does puts a checkpoint into pg_control.</summary>
    public static bool IsUnfinished(string folder) => FileFacts.IsThere(Path.Combine(folder, Name)) && (!FileFacts.IsThere(Path.Combine(folder, ControlFile.Path)) || ControlOf(folder) is { IsWithoutCheckpoint: true });

    /// <summary>Null: there is none that can be read.</summary>
    public static ControlFile? ControlOf(string folder)
    {
        var path = Path.Combine(folder, ControlFile.Path);
        if (FileFacts.Of(path) is not { IsRegular: true }) return null;
        using var file = RegularFile.OpenForReading(path);
        var bytes = new byte[ControlFile.Length];
        return ControlFile.Read(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), out _);
    }

    /// <summary>As our own file, whoever owns the folder.</summary>
    public void Write(string folder) => DurableFile.WriteReadable(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this, RestoreMarkJson.Default.RestoreMark));

    public static void Remove(string folder) => DurableFile.Remove(Path.Combine(folder, Name));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(RestoreMark))]
internal sealed partial class RestoreMarkJson : JsonSerializerContext;
