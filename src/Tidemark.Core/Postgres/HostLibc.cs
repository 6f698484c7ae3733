using System.Runtime.InteropServices;

namespace Tidemark.Postgres;

/// <summary>By whose rules a server on this machine sorts text where its provider is libc.</summary>
internal static partial class HostLibc
{
    /// <summary>As PostgreSQL records it (pg_locale.c): the version of glibc, whatever the locale. Null: it is another libc, which names none.</summary>
    public static string? Version { get; } = Read();

    private static string? Read()
    {
        try
        {
            return Marshal.PtrToStringUTF8(GlibcVersion());
        }
        catch (Exception none) when (none is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint GlibcVersion();
}
