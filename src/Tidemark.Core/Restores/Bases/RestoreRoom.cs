using System.Globalization;
using Tidemark.Files;
using Tidemark.Postgres.Data;

namespace Tidemark.Restores.Bases;

/// <summary>Whether what comes has room where it comes. Quotas are not known.</summary>
/// <param name="Free">Bytes, on all file systems that are written to; with what is there already and is used again.</param>
/// <param name="FreeForWal">Bytes, where the WAL comes, once the data are there.</param>
internal sealed record RestoreRoom(long Free, long FreeForWal)
{
    /// <summary>A server that has not one page to spare does not start.</summary>
    private const int SpareFraction = 20;

    public static RestoreRoom Look(TargetFolder target, OutsideFolders outside, RecoveryPlan plan)
    {
        var data = outside.ByPath.Where(one => one.Key != ClusterFolder.Wal).Select(one => one.Value).Prepend(target.Path).ToList();
        var free = data.DistinctBy(DeviceOf).Sum(FreeSpace.Of) + (target.Mends ? data.Sum(UsedBy) : 0);
        var wal = outside.ByPath.GetValueOrDefault(ClusterFolder.Wal, target.Path);
        return new RestoreRoom(free, data.Any(folder => DeviceOf(folder) == DeviceOf(wal)) ? free - plan.Road.Manifest.Totals.Bytes : FreeSpace.Of(wal));
    }

    public bool HoldsData(RecoveryPlan plan) => Free >= plan.Road.Manifest.Totals.Bytes;

    public bool HoldsWal(RecoveryPlan plan) => FreeForWal - plan.WalBytes >= plan.Road.Manifest.Totals.Bytes / SpareFraction;

    /// <exception cref="Fault">15.</exception>
    public void Require(TargetFolder target, RecoveryPlan plan, WalWay way)
    {
        var missing = way == WalWay.Local && FreeForWal < plan.WalBytes;
        if (HoldsData(plan) && !missing) return;
        throw new Fault(FaultCode.DiskFull, "there is too little room for the data directory and its WAL")
        {
            Where = target.Path,
            Why = string.Create(CultureInfo.InvariantCulture, $"{plan.Road.Manifest.Totals.Bytes} bytes of data and {plan.WalBytes} of WAL come, {Free} are free"),
            Next = HoldsData(plan) ? "--wal fetch # the server fetches its WAL as it goes; or --wal-dir DIR on another disk" : $"df -h '{FreeSpace.PlaceOf(target.Path)}'",
        };
    }

    private static ulong DeviceOf(string folder) => FileFacts.Of(FreeSpace.PlaceOf(folder))?.Device ?? 0;

    private static long UsedBy(string folder) => !Directory.Exists(folder) ? 0
        : Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true })
            .Sum(path => FileFacts.Of(path, ofLink: true) is { IsRegular: true } file ? file.Length : 0);
}
