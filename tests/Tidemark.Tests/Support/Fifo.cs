using System.Diagnostics;

namespace Tidemark.Tests.Support;

/// <summary>What has a name and no bytes: whoever opens it for reading waits for a writer.</summary>
internal static class Fifo
{
    public static string Make(string path)
    {
        using var mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
        return path;
    }
}
