namespace Tidemark.Files;

/// <summary>Documents for other users of the machine.</summary>
internal sealed partial class DurableFile
{
    private const uint EverybodyReads = 0b110_100_100;

    /// <summary>Replaces a file that everybody may read (mode 0644): readers see the whole old one or the whole new one. The folder must be there. It stays ours, whoever owns the folder: some of them are believed by their owner.</summary>
    public static void WriteReadable(string path, ReadOnlySpan<byte> bytes)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path)!;
        // Made by us it would be private, and what lies in it readable by nobody else.
        if (!Directory.Exists(folder)) throw new Fault(FaultCode.Store, "there is no such folder") { Where = folder, Next = $"mkdir -p '{folder}'" };
        using var document = Create(folder, staysOurs: true);
        document.Stream.Write(bytes);
        if (Posix.Fchmod(document.file, EverybodyReads) != 0) throw FileFault.Last("let everybody read the file (mode 0644)", path);
        document.Replace(path);
    }
}
