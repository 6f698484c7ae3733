using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>An error number of the system, told as a <see cref="Fault"/>: a full disk or quota is 15, all else is the store, 8.</summary>
internal static class FileFault
{
    /// <summary>From errno as the last <see cref="Posix"/> call left it; <c>doing</c> ends the sentence "could not …".</summary>
    public static Fault Last(string doing, string path, string left = "nothing was changed") =>
        Of(Marshal.GetLastPInvokeError(), doing, path, left);

    public static Fault Of(int errno, string doing, string path, string left = "nothing was changed", Exception? inner = null)
    {
        var why = Marshal.GetPInvokeErrorMessage(errno);
        var folder = Path.GetDirectoryName(path) ?? path;
        return errno is Errno.NoSpace or Errno.OverQuota
            ? new Fault(FaultCode.DiskFull, $"could not {doing}: the disk or the quota under {folder} is full", inner)
            {
                Where = path,
                Why = why,
                Left = left,
                Next = $"df -h '{folder}'; df -i '{folder}' # then make room, or choose another folder",
            }
            : new Fault(FaultCode.Store, $"could not {doing}", inner) { Where = path, Why = why, Left = left, Next = NextAfter(errno, folder) };
    }

    private static string NextAfter(int errno, string folder) => errno switch
    {
        Errno.AccessDenied or Errno.ReadOnlyFileSystem => $"ls -ld '{folder}'; findmnt -T '{folder}' # then let this user write there",
        Errno.InputOutput => "dmesg | tail -n 50 # a failing disk shows there: do not trust what was written, take the backup again elsewhere",
        Errno.TooManyLinks => $"ls -l '{folder}' # then remove the symbolic link that lies in the way",
        _ => $"ls -la '{folder}'",
    };
}
