namespace Tidemark.Postgres;

/// <summary>Where libpq looks for files that nobody named.</summary>
internal static class LibpqFolder
{
    public const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Whether the file's mode gives one of these rights; Windows has no such mode.</summary>
    public static bool IsOpenTo(UnixFileMode rights, string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & rights) != 0;

    public static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The file that a keyword names, or libpq's own where that exists; null: neither.</summary>
    public static string? Named(DatabaseAddress address, string keyword, string otherwise) =>
        address.Keyword(keyword) ?? (Path.Combine(Home, ".postgresql", otherwise) is var own && File.Exists(own) ? own : null);
}
