namespace Tidemark.Files;

/// <summary>Room on the file system that a path lies on, or would lie on.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that this user may still write (statvfs: f_bavail); reserved blocks are not counted, quotas are not known.</summary>
    public static long Of(string path)
    {
        var place = PlaceOf(path);
        try
        {
            return new DriveInfo(place).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(error.HResult, "ask for the free space", place, inner: error);
        }
    }

    /// <summary>How much of the file system this user can no longer write to, from 0 to 1.</summary>
    public static double UsedShare(string path)
    {
        var place = PlaceOf(path);
        try
        {
            var drive = new DriveInfo(place);
            return drive.TotalSize == 0 ? 0 : 1 - (double)drive.AvailableFreeSpace / drive.TotalSize;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(error.HResult, "ask for the free space", place, inner: error);
        }
    }

    /// <summary>The folder itself, or the nearest one above it that exists: there it would be made.</summary>
    public static string PlaceOf(string path)
    {
        var place = Path.GetFullPath(path);
        while (!Path.Exists(place))
            place = Path.GetDirectoryName(place)!;
        return place;
    }
}
