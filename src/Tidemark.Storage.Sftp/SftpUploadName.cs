using System.Security.Cryptography;

namespace Tidemark.Storage.Sftp;

/// <summary>The name of a file while it is uploaded. It begins with the key, so that who sweeps after one run leaves the uploads of all others alone.</summary>
internal static class SftpUploadName
{
    private const string Suffix = ".pending";

    /// <summary>Of the escaped key; file systems end names at 255 bytes.</summary>
    private const int Kept = 180;

    public static string Of(string key) => $"{Start(key)}.{RandomNumberGenerator.GetHexString(32, lowercase: true)}{Suffix}";

    /// <param name="name">Of a file that may be an upload.</param>
    /// <param name="prefix">Of keys; empty: all.</param>
    public static bool IsFor(string name, string prefix) => name.EndsWith(Suffix, StringComparison.Ordinal) && name.StartsWith(Start(prefix), StringComparison.Ordinal);

    /// <remarks>Escaped letter by letter: the start of a key is the start of its escaped form.</remarks>
    private static string Start(string key) => Uri.EscapeDataString(key) is { Length: > Kept } longer ? longer[..Kept] : Uri.EscapeDataString(key);
}
