namespace Tidemark.Configuration;

/// <summary>What relative paths are relative to, wherever in the project a command is typed, and under cron (which starts in the home folder).</summary>
internal static class ProjectRoot
{
    /// <summary>The nearest folder, from the working folder upward, with a .env or a tidemark.json; else the working folder. Absolute.</summary>
    public static string Find(string workingFolder)
    {
        // Both lie on one line upward, so the longer path is the nearer.
        string?[] found = [UpwardSearch.Find(workingFolder, DotEnv.FileName), UpwardSearch.Find(workingFolder, SettingsFile.FileName)];
        return found.Select(Path.GetDirectoryName).MaxBy(folder => folder?.Length ?? 0) ?? Path.GetFullPath(workingFolder);
    }
}
