namespace Tidemark.Storage.Sftp;

/// <summary>Opens a folder with what ssh reads without its configuration file, and with variables that name other files.</summary>
internal static class SftpOpener
{
    /// <param name="address">Of the folder.</param>
    /// <param name="environment">HOME and SFTP_*.</param>
    /// <param name="folder">What a relative path of a file lies in.</param>
    public static IObjectStore Open(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var home = environment.Said("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? FileOf(string name) => environment.Said(name) is not { } file ? null : file.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, file[2..]) : Path.GetFullPath(file, folder);
        return new SftpObjectStore(new SftpOptions
        {
            Address = address,
            SshFolder = Path.Combine(home, ".ssh"),
            IdentityFile = FileOf("SFTP_IDENTITY_FILE"),
            Passphrase = environment.Said("SFTP_IDENTITY_PASSPHRASE"),
            KnownHostsFile = FileOf("SFTP_KNOWN_HOSTS") ?? Path.Combine(home, ".ssh", "known_hosts"),
        });
    }
}
