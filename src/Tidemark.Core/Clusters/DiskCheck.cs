using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>What kind of disk the backups lie on, and whether it is the one that they are to survive.</summary>
internal static class DiskCheck
{
    private const string Elsewhere = "set BACKUP_DIR to a folder on another disk, or on another machine";

    private static readonly CheckSubject Subject = new("disk", "the disk under BACKUP_DIR", FaultCode.Store);

    public static Task<Check> LookAsync(string folder, ProbedServer? server, CancellationToken token) => Subject.LookAsync(async () =>
    {
        var place = FreeSpace.PlaceOf(folder);
        var data = server is null ? null : await server.Connection.DataFolderAsync(server.Address, token);
        return Judge(new DriveInfo(place).DriveFormat, FileFacts.Of(place)?.Device, data is null ? null : FileFacts.Of(data)?.Device);
    });

    /// <param name="format">The file system, as the kernel calls it.</param>
    /// <param name="device">The number of the device.</param>
    /// <param name="dataDevice">That of the server's data folder; null when that is elsewhere or cannot be known.</param>
    public static Check Judge(string format, ulong? device, ulong? dataDevice) => format switch
    {
        "tmpfs" or "ramfs" => Subject.Warn($"{format}: backups in memory are gone with the next start of the machine", Elsewhere),
        "overlay" or "overlayfs" => Subject.Warn($"{format}: backups inside a container are gone with the container", "mount a volume, and set BACKUP_DIR to it"),
        _ when device is not null && device == dataDevice => Subject.Warn($"{format}, the same disk as the server's data: a backup on the same disk is not a backup", Elsewhere),
        _ => Subject.Ok(dataDevice is null ? $"{format}; whether the server's data lie on the same one cannot be known from here" : $"{format}, another one than the server's data"),
    };
}
