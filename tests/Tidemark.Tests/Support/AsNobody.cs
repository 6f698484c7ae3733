using System.Runtime.InteropServices;

namespace Tidemark.Tests.Support;

/// <summary>Files are looked at with the rights of an unprivileged user until this is disposed, by this thread alone. When we are no root, we have none to lose.</summary>
internal sealed partial class AsNobody : IDisposable
{
    private const uint Nobody = 65534;

    public AsNobody()
    {
        if (Environment.IsPrivilegedProcess)
            _ = SetFsUid(Nobody);
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFsUid(uint user);

    public void Dispose()
    {
        if (Environment.IsPrivilegedProcess)
            _ = SetFsUid(0);
    }
}
