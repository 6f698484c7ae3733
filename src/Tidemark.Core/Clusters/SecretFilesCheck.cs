using Tidemark.Files;
using Tidemark.Processes;

namespace Tidemark.Clusters;

/// <summary>Whether others may read the files that hold a password.</summary>
internal static class SecretFilesCheck
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly CheckSubject Subject = new("secret-files", "files with a password", FaultCode.Configuration);

    public static Task<Check> LookAsync(IReadOnlyList<string> files) =>
        Subject.LookAsync(() => Task.FromResult(Judge([.. files.Select(file => (file, FileFacts.Of(file)?.Permissions ?? UnixFileMode.None))])));

    public static Check Judge(IReadOnlyList<(string Path, UnixFileMode Mode)> files)
    {
        var open = files.Where(file => (file.Mode & Others) != 0).Select(file => file.Path).ToList();
        return open.Count > 0 ? Subject.Warn($"other users of this machine may read or change {string.Join(", ", open)}", $"chmod 600 {string.Join(' ', open.Select(ShellWord.Quote))}")
            : Subject.Ok(files.Count == 0 ? "none: no password stands in .env or tidemark.json" : $"{string.Join(", ", files.Select(file => file.Path))}, for their owner only");
    }
}
