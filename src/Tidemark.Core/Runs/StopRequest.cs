using System.Text;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>Asks a run of any process to stop: a file beside the lock that says that it is alive, with the name of who asks.</summary>
internal static class StopRequest
{
    private const string Suffix = ".stop";

    public static void Write(string stateFolder, string id, string actor)
    {
        PrivateFolder.Ensure(Path.Combine(stateFolder, "alive"));
        using var file = PrivateFile.OpenAppend(PathOf(stateFolder, id));
        file.Write(Encoding.UTF8.GetBytes(actor + "\n"));
    }

    /// <summary>Who asked first; null: nobody.</summary>
    public static string? Read(string stateFolder, string id)
    {
        try
        {
            return File.Exists(PathOf(stateFolder, id)) ? File.ReadAllText(PathOf(stateFolder, id)).Split('\n')[0] : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static void Remove(string stateFolder, string id)
    {
        if (File.Exists(PathOf(stateFolder, id))) DurableFile.Remove(PathOf(stateFolder, id));
    }

    private static string PathOf(string stateFolder, string id) => Path.Combine(stateFolder, "alive", id + Suffix);
}
