namespace Tidemark.EndToEnd.Support;

/// <summary>The places a test run works with: the repository, the download cache, and one temporary folder for everything it makes.</summary>
internal static class Workshop
{
    private const string Stem = "tidemark-test-";
    private static readonly Lazy<(string Folder, FileStream Lock)> Run = new(Open);
    private static int _count;

    /// <summary>The folder of the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The same rule as in build/lib.sh: root's home is closed to the user that servers run as.</summary>
    public static string Cache { get; } = FindCache();

    /// <summary>A path in this run's temporary folder that nothing else uses; nothing is made there.</summary>
    public static string NewPath(string name) => Path.Combine(Run.Value.Folder, $"{name}-{Interlocked.Increment(ref _count)}");

    /// <summary>Removes what this run made. What a killed run left is removed by the next one.</summary>
    public static void Clear()
    {
        if (!Run.IsValueCreated)
        {
            return;
        }

        Directory.Delete(Run.Value.Folder, recursive: true);
        Run.Value.Lock.Dispose();
    }

    private static (string Folder, FileStream Lock) Open()
    {
        RemoveLeftovers();
        var folder = Directory.CreateTempSubdirectory(Stem).FullName;

        // Servers run as another user than root: they make their own folder in here.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        return (folder, Lock(folder));
    }

    private static FileStream Lock(string folder) =>
        new(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>A folder whose lock nobody holds belongs to a run that was killed.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Stem + "*"))
        {
            // No lock yet: a run that begins at this moment.
            if (!File.Exists(Path.Combine(folder, ".lock")))
            {
                continue;
            }

            try
            {
                using var held = Lock(folder);
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run holds it, or another user owns it.
            }
        }
    }

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Tidemark.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"Tidemark.slnx is in no folder above {AppContext.BaseDirectory}");
    }

    private static string FindCache()
    {
        if (Environment.GetEnvironmentVariable("TIDEMARK_CACHE") is { Length: > 0 } given)
        {
            return given;
        }

        if (Environment.IsPrivilegedProcess)
        {
            return "/var/cache/tidemark";
        }

        var home = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(home, "tidemark");
    }
}
