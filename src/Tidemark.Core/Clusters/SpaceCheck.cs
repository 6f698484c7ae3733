using System.Globalization;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Whether the next backup has room: measured by the last one, else by the database.</summary>
internal static class SpaceCheck
{
    private static readonly CheckSubject Subject = new("space", "room for the next backup", FaultCode.DiskFull);

    public static Task<Check> LookAsync(string folder, DatabaseFacts? facts, string? database, IReadOnlyList<DumpEntry> backups) => Subject.LookAsync(() => Task.FromResult(
        Judge(FreeSpace.Of(folder), facts?.Size, backups.FirstOrDefault(entry => entry.Database == database && entry.State == DumpState.Good)?.Size, FreeSpace.PlaceOf(folder))));

    /// <param name="free">Bytes that this user may still write.</param>
    /// <param name="databaseSize">Bytes; null when not known.</param>
    /// <param name="lastBackup">Bytes of the newest good backup; null when there is none.</param>
    /// <param name="place">Where the room is.</param>
    public static Check Judge(long free, long? databaseSize, long? lastBackup, string place)
    {
        var next = $"df -h {Processes.ShellWord.Quote(place)} # then make room, or choose another folder";
        var found = $"{Megabytes(free)} free; {(lastBackup is { } took ? $"the last backup took {Megabytes(took)}" : "no backup yet")}, the database has {(databaseSize is { } size ? Megabytes(size) : "a size that is not known")}";
        // The old one stays until the new one is whole, and databases grow.
        if (lastBackup is { } last) return free < last ? Subject.Fail(found, next) : free < last * 2 ? Subject.Warn(found, next) : Subject.Ok(found);
        // Compressed dumps are mostly smaller than the database; one of pictures is not.
        return databaseSize is { } whole && free < whole ? Subject.Warn(found, next) : Subject.Ok(found);
    }

    private static string Megabytes(long bytes) => bytes >= 1_000_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
