using System.Diagnostics;

namespace Tidemark.Tests.Support;

/// <summary>OpenSSH's own program for keys: the second source for what we make of its files.</summary>
public static class SshKeygen
{
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("ssh-keygen", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var program = Process.Start(start)!;
        var said = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        return said;
    }

    /// <summary>Makes a pair; the public half, without its remark.</summary>
    public static string Key(string path, string type = "ed25519", string passphrase = "", params string[] more)
    {
        Run(["-q", "-t", type, "-N", passphrase, "-C", "", "-f", path, .. more]);
        return File.ReadAllText(path + ".pub").Trim();
    }
}
