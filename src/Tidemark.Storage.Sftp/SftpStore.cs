using Tidemark.Hosting;

namespace Tidemark.Storage.Sftp;

/// <summary>Lets an application keep its backups in such stores.</summary>
public static class SftpStore
{
    /// <summary>Backups may go to folders of servers with SFTP, <c>sftp://user@host:port/path</c>.</summary>
    public static TidemarkBuilder UseSftp(this TidemarkBuilder tidemark)
    {
        ArgumentNullException.ThrowIfNull(tidemark);
        return tidemark.Use(StoreKind.Sftp, SftpOpener.Open);
    }
}
