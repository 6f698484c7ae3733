using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>Files that others may have put there: a FIFO or a device in the place of one would keep us waiting for ever.</summary>
internal static class RegularFile
{
    /// <exception cref="Fault">8: it is not there, or not for us. 10: it is no regular file.</exception>
    public static FileStream OpenForReading(string path)
    {
        Require(path);
        var file = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            var why = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new Fault(FaultCode.Store, "the file cannot be read") { Where = path, Why = why, Next = "check that it exists and that you may read it" };
        }

        try
        {
            // It may have been exchanged since it was looked at.
            Require(path, FileFacts.Of(file, path));
            return new FileStream(file, FileAccess.Read);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what is there and no regular file; symbolic links count as what they lead to.</summary>
    public static void Require(string path)
    {
        if (FileFacts.Of(path) is { } facts)
            Require(path, facts);
    }

    /// <summary>Refuses what is there under a name of our own and is no regular file: opened, it might keep us waiting for ever.</summary>
    /// <exception cref="Fault">8.</exception>
    public static void RequireOwn(string path, string what)
    {
        if (FileFacts.Of(path) is { IsRegular: false } facts)
            throw new Fault(FaultCode.Store, $"{what} is no regular file") { Where = path, Why = $"it is {facts.Kind}", Next = $"mv '{path}' '{path}.aside'" };
    }

    private static void Require(string path, FileFacts facts)
    {
        if (!facts.IsRegular)
            throw new Fault(FaultCode.WrongMagic, "this is no regular file") { Where = path, Why = $"it is {facts.Kind}", Next = "name the file that holds the dump: tidemark list" };
    }
}
