using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Drills.Evidence;

/// <summary>Up to which report each place has them, in the state folder. May be lost: then they are brought once more.</summary>
internal sealed class BroughtReports(string stateFolder)
{
    private string File => Path.Combine(stateFolder, "drill.brought");

    /// <summary>0: none is known to be there.</summary>
    /// <param name="place">Its name.</param>
    /// <param name="newest">The number of the newest there is: one beyond it is of another chain.</param>
    public int Of(string place, int newest) => Read().GetValueOrDefault(place) is var number && number <= newest ? number : 0;

    public void Note(string place, int number)
    {
        var all = Read();
        all[place] = number;
        DurableFile.WriteWhole(File, JsonSerializer.SerializeToUtf8Bytes(all, EvidenceJson.Default.DictionaryStringInt32), replace: true);
    }

    private Dictionary<string, int> Read()
    {
        try
        {
            return System.IO.File.Exists(File) ? JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), EvidenceJson.Default.DictionaryStringInt32) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
