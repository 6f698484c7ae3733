using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidemark.Files;

namespace Tidemark.Restores;

/// <summary>Reads the small records of the state folder.</summary>
internal static class StateFile
{
    /// <summary>Null when another start has tidied the file up meanwhile.</summary>
    /// <exception cref="Fault">It cannot be read.</exception>
    public static T? Read<T>(string file, JsonTypeInfo<T> type, Func<T, string?> id) where T : class
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(file), type) ?? throw new JsonException("it says null");
            // Ids become file names again: one that is not its own file's name was not written by us.
            return id(record) == Path.GetFileNameWithoutExtension(file) ? record : throw new JsonException("its id is not its name");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException unreadable)
        {
            throw new Fault(FaultCode.Store, "a record of an earlier run cannot be read", unreadable) { Where = file, Why = unreadable.Message, Next = "look at the file, then move it away" };
        }
    }

    /// <summary>One damaged record must not keep anybody from restoring: it is renamed, and told. Returns a sentence for each.</summary>
    public static IReadOnlyList<string> SetAsideUnreadable<T>(string folder, JsonTypeInfo<T> type, Func<T, string?> id) where T : class
    {
        var told = new List<string>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
            try
            {
                Read(file, type, id);
            }
            catch (Fault unreadable) when (unreadable.InnerException is JsonException)
            {
                if (DurableFile.TryRename(file, file + ".unreadable")) told.Add($"set aside a record that cannot be read: {file}.unreadable ({unreadable.Why}); see whether a database was left closed or half-filled");
            }
        return told;
    }
}
