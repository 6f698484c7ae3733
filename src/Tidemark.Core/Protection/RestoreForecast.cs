using Tidemark.Journal;

namespace Tidemark.Protection;

/// <summary>How long a restore would take, from nothing to an application that works, by what its phases took before; pure.</summary>
/// <param name="P50">As likely longer as shorter.</param>
/// <param name="P90">Nine of ten are shorter. Null: too few were measured to know how much they vary.</param>
/// <param name="Measured">Restores and drills that it rests on.</param>
internal sealed record RestoreForecast(TimeSpan P50, TimeSpan? P90, int Measured)
{
    public const string Dump = "dump", Base = "base";

    /// <summary>Null: a restore of this was never measured.</summary>
    /// <param name="all">Of every kind and database.</param>
    /// <param name="kind"><see cref="Dump"/> or <see cref="Base"/>.</param>
    /// <param name="database">Whose.</param>
    /// <param name="bytesOf">What a phase would go by now.</param>
    public static RestoreForecast? Of(IEnumerable<MeasuredPhase> all, string kind, string database, Func<string, long> bytesOf)
    {
        var ours = all.Where(one => one.Kind == kind && one.Database == database && RestorePhase.All.Contains(one.Phase)).ToList();
        var restores = ours.Count(one => one.Phase == RestorePhase.Restore);
        if (restores == 0) return null;
        var latest = ours.Max(one => one.At);
        // A hook that the latest one did not run is configured no more.
        var phases = ours.GroupBy(one => one.Phase).Where(phase => !RestorePhase.IsHook(phase.Key) || phase.Any(one => one.At == latest));
        var each = phases.Select(phase => PhaseTime.Of([.. phase.Select(one => (one.Bytes is null ? 0d : Math.Max(1, one.Bytes.Value), one.Seconds))], bytesOf(phase.Key))).ToList();
        // A slow day is slow in every phase: their 90th percentiles add up.
        return new RestoreForecast(TimeSpan.FromSeconds(each.Sum(one => one.P50)), each.Any(one => one.P90 is null) ? null : TimeSpan.FromSeconds(each.Sum(one => one.P90!.Value)), restores);
    }

    /// <summary>Of a dump, every phase goes by its stored size.</summary>
    public static RestoreForecast? OfDump(IEnumerable<MeasuredPhase> all, string database, long size) => Of(all, Dump, database, _ => size);

    /// <summary>Of a base backup, by its files and the WAL behind it; the recovery by WAL alone.</summary>
    public static RestoreForecast? OfBase(IEnumerable<MeasuredPhase> all, string cluster, long bytes, long walBytes) => Of(all, Base, cluster, phase => phase == RestorePhase.Recover ? walBytes : bytes + walBytes);

    /// <summary>The parts of one restore that was done, as <see cref="OfDump"/> and <see cref="OfBase"/> go by them.</summary>
    public static IEnumerable<MeasuredPhase> Measure(string kind, string database, DateTimeOffset at, IEnumerable<(string Phase, double Seconds)> took, Func<string, long> bytesOf) =>
        from one in took
        where RestorePhase.All.Contains(one.Phase)
        select new MeasuredPhase(kind, database, one.Phase, one.Seconds, one.Phase == RestorePhase.Server ? null : bytesOf(one.Phase), at);

    public string InWords => $"a restore takes about {Ages.InWords(P50)}{(P90 is { } most ? $", 9 of 10 times up to {Ages.InWords(most)}" : "; too few were measured to know how much that varies")} (measured {(Measured == 1 ? "once" : $"{Measured} times")})";
}
