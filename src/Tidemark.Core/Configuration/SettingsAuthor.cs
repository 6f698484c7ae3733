using System.Globalization;
using Tidemark.Files;
using Tidemark.Processes;

namespace Tidemark.Configuration;

/// <summary>
/// A settings file is searched upward, so it may be anybody's, and it can name commands. It is obeyed only when root, or who runs us, is the only one
/// who can have written it. The group may write, as it may where the umask is 002, unless the file holds something that is run.
/// </summary>
internal static class SettingsAuthor
{
    /// <summary>Root, ourselves, and under sudo also who called it.</summary>
    private static readonly uint[] Trusted = [0, Posix.Geteuid(), .. SudoCaller()];

    /// <summary>Opens a file that is ours, without having waited for one that is not (it may be a FIFO).</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6).</exception>
    public static (FileStream File, FileFacts Facts) Open(string path)
    {
        if (FileFacts.Of(path, ofLink: true) is { } link && Array.IndexOf(Trusted, link.Owner) < 0) throw Foreign(path, link);
        var before = FileFacts.Of(path);
        if (before is { } seen) Require(path, seen);
        if (before is { IsRegular: false } other)
            throw new Fault(FaultCode.Configuration, "a settings file that is no regular file is not waited for") { Where = path, Why = $"it is {other.Kind}", Next = "pass the settings as environment variables, or put a file there" };
        var file = File.OpenRead(path);
        try
        {
            // What was opened, whatever has been put under its name since.
            var facts = FileFacts.Of(file.SafeFileHandle, path);
            Require(path, facts);
            return (file, facts);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="facts">Whose it is.</param>
    /// <param name="said">What it says of a setting; null for nothing.</param>
    public static void RequireForCommands(string path, FileFacts facts, Func<Setting, string?> said)
    {
        var run = SettingCatalogue.All.Where(setting => said(setting) is { Length: > 0 } text && (setting.Runs || (setting.Secret && SecretReference.IsCommand(text)))).ToList();
        if (facts.GroupMayWrite && run.Count > 0)
            throw Writable(path, $"its group may write it, and it says what is run: {string.Join(", ", run.Select(setting => setting.Variable))}");
    }

    private static void Require(string path, FileFacts facts)
    {
        if (Array.IndexOf(Trusted, facts.Owner) < 0) throw Foreign(path, facts);
        if (facts.EverybodyMayWrite) throw Writable(path, "everybody may write it, and it can name commands that would run as you");
    }

    private static Fault Foreign(string path, FileFacts facts) => new(FaultCode.Configuration, "a settings file of somebody else is not obeyed")
    {
        Where = path,
        Why = $"it belongs to user {facts.Owner}, you are user {Posix.Geteuid()}, and it can name commands that would run as you",
        Next = $"read it; if it may be obeyed: sudo chown {Posix.Geteuid()} {ShellWord.Quote(path)}",
    };

    private static Fault Writable(string path, string why) => new(FaultCode.Configuration, "a settings file that others can write is not obeyed")
    {
        Where = path,
        Why = why,
        Next = $"read it; if it may be obeyed: chmod go-w {ShellWord.Quote(path)}",
    };

    private static IEnumerable<uint> SudoCaller()
    {
        if (Posix.Geteuid() == 0 && uint.TryParse(Environment.GetEnvironmentVariable("SUDO_UID"), NumberStyles.None, CultureInfo.InvariantCulture, out var caller))
            yield return caller;
    }
}
