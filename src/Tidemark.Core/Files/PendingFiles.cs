namespace Tidemark.Files;

/// <summary>What killed processes left behind.</summary>
internal static class PendingFiles
{
    /// <summary>Removes pending files of this folder that no living process writes, and returns their paths.</summary>
    /// <remarks>A file in the making is locked by its writer, and the kernel drops that lock when the writer dies: age and pid prove nothing.</remarks>
    public static IReadOnlyList<string> Sweep(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        List<string> swept = [];
        foreach (var path in Directory.EnumerateFiles(folder, "*" + DurableFile.PendingSuffix))
        {
            using var file = Posix.Open(path, OpenFlags.ReadWrite | OpenFlags.NoFollow);
            if (file is null || !WholeFileLock.Try(file, path))
                continue;
            if (DurableFile.Remove(path))
                swept.Add(path);
        }

        return swept;
    }
}
