using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Tidemark.Storage.Sftp;

/// <summary>The keys that are shown to the server, in the order they are tried.</summary>
internal static class SftpKeys
{
    /// <exception cref="Fault">6: there is none, or none that can be opened.</exception>
    public static IReadOnlyList<PrivateKeyFile> Read(SftpOptions options)
    {
        var files = options.IdentityFile is { } named ? [named] : options.UsualKeys.Where(File.Exists).ToList();
        var keys = new List<PrivateKeyFile>();
        Fault? closed = null;
        foreach (var file in files)
        {
            try
            {
                keys.Add(new PrivateKeyFile(file, options.Passphrase));
            }
            catch (SshPassPhraseNullOrEmptyException locked)
            {
                closed ??= new Fault(FaultCode.Configuration, "the key is locked with a passphrase", locked) { Where = file, Next = "export SFTP_IDENTITY_PASSPHRASE=…" };
            }
            catch (Exception unreadable) when (unreadable is SshException or IOException or UnauthorizedAccessException or NotSupportedException or CryptographicException or ArgumentException or FormatException)
            {
                closed ??= new Fault(FaultCode.Configuration, "the key cannot be opened", unreadable) { Where = file, Why = unreadable.Message, Next = $"check SFTP_IDENTITY_PASSPHRASE and the file: ssh-keygen -y -f '{file}'" };
            }
        }
        if (keys.Count > 0) return keys;
        throw closed ?? new Fault(FaultCode.Configuration, "nothing says with which key the SFTP server is reached") { Where = options.Address.ToString(), Why = $"SFTP_IDENTITY_FILE is not set, and there is no {string.Join(" or ", options.UsualKeys)}", Next = "export SFTP_IDENTITY_FILE=/path/to/key" };
    }
}
