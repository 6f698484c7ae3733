using System.Globalization;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>What runs said while they ran: a file each, <c>logs/ID.log</c>.</summary>
internal static class RunLog
{
    /// <summary>A year's history and a month to look at it. The journal keeps its row for longer.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const string Suffix = ".log";

    public static string PathOf(string stateFolder, string id) => Path.Combine(Folder(stateFolder), id + Suffix);

    public static StreamWriter Begin(string stateFolder, string id)
    {
        PrivateFolder.Ensure(Folder(stateFolder));
        return new StreamWriter(PrivateFile.OpenAppend(PathOf(stateFolder, id))) { AutoFlush = true };
    }

    /// <summary>Null where none was written, or it is not kept any more.</summary>
    public static IReadOnlyList<string>? Read(string stateFolder, string id) => File.Exists(PathOf(stateFolder, id)) ? File.ReadAllLines(PathOf(stateFolder, id)) : null;

    /// <summary>Removes logs of runs that began too long ago. The time is the one in their names: a file's own changes with each copy. Returns a sentence where that is not possible.</summary>
    public static IReadOnlyList<string> Sweep(string stateFolder, DateTimeOffset now)
    {
        if (!Directory.Exists(Folder(stateFolder))) return [];
        try
        {
            foreach (var log in Directory.EnumerateFiles(Folder(stateFolder), "*" + Suffix).Where(log => now - Begun(log) > Kept)) DurableFile.Remove(log);
            return [];
        }
        catch (Fault kept)
        {
            return [$"a log that is too old could not be removed: {kept.Where}: {kept.Why}"];
        }
    }

    private static DateTimeOffset? Begun(string log) =>
        DateTimeOffset.TryParseExact(Path.GetFileName(log).Split('-')[0], "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var begun) ? begun : null;

    private static string Folder(string stateFolder) => Path.Combine(stateFolder, "logs");
}
