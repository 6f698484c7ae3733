using System.Globalization;
using Tidemark.BaseBackups;
using Tidemark.Dumps;
using Tidemark.Restores;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Output;

/// <summary>Progress in words, with a range for the time left that is as wide as our ignorance.</summary>
internal static class ProgressWords
{
    public static string Of(DumpProgress at, TimeSpan elapsed) =>
        $"{Sizes.InWords(at.Dumped)} dumped, {Sizes.InWords(at.Stored)} stored" + (at.Fraction is null ? "" : $", {at.TablesDone} of {at.TablesTotal} tables{Left(at.Fraction.Value, elapsed)}");

    public static string Of(RestoreProgress at, TimeSpan elapsed) => at.Unit == "bytes"
        ? $"{at.Step}: {Sizes.InWords(at.Done)} of {Sizes.InWords(at.Total)}" + (at.Done >= at.Total ? at.Step == "restoring" ? "; now indexes and constraints" : "" : Left((double)at.Done / Math.Max(1, at.Total), elapsed))
        : $"{at.Step}: {at.Done} of {at.Total} {at.Unit}";

    public static string Of(BaseProgress at, TimeSpan elapsed) => at.Total == 0 ? at.Phase
        : $"{at.Phase}: {Sizes.InWords(at.Read)} of {Sizes.InWords(at.Total)}, {Sizes.InWords((long)(at.Read / Math.Max(1, elapsed.TotalSeconds)))}/s{(at.Stored == 0 ? "" : $", {Sizes.InWords(at.Stored)} stored")}{(at.Read >= at.Total ? "" : Left((double)at.Read / at.Total, elapsed))}";

    public static string Of(BaseRestoreProgress at, TimeSpan elapsed) => at.Files < at.AllFiles
        ? $"{Sizes.InWords(at.Files)} of {Sizes.InWords(at.AllFiles)}, {Sizes.InWords((long)(at.Files / Math.Max(0.1, elapsed.TotalSeconds)))}/s{Left((double)at.Files / Math.Max(1, at.AllFiles), elapsed)}"
        : $"{at.Segments} of {Sizes.Count((long)at.AllSegments, "segment")} of WAL";

    public static string Of(ReplayProgress at, TimeSpan elapsed)
    {
        var (done, all) = ((long)(at.At.Value - at.From.Value), (long)(at.End.Value - at.From.Value));
        return $"replayed {Sizes.InWords(done)} of {Sizes.InWords(all)} of WAL, {Sizes.InWords((long)(done / Math.Max(0.1, elapsed.TotalSeconds)))}/s{(at.IsConsistent ? ", consistent" : "")}{Left((double)done / Math.Max(1, all), elapsed)}";
    }

    /// <summary>
    /// Work so far, carried on: nothing is said before 5 % and 2 s; the range runs from half to thrice the plain estimate at the
    /// start and closes in with the fraction done.
    /// </summary>
    private static string Left(double fraction, TimeSpan elapsed)
    {
        if (fraction < 0.05 || elapsed < TimeSpan.FromSeconds(2)) return "";
        var plain = elapsed * ((1 - fraction) / fraction);
        return string.Create(CultureInfo.InvariantCulture, $", {Ages.InWords(plain * (0.5 + fraction * 0.4))} to {Ages.InWords(plain * (3 - fraction * 1.8))} left");
    }
}
