namespace Tidemark.Protection;

/// <summary>How long a phase would take: a fixed part, and a part by size. Pure.</summary>
/// <param name="P50">Seconds.</param>
/// <param name="P90">Seconds; null: nothing is known of how much it varies.</param>
internal readonly record struct PhaseTime(double P50, double? P90)
{
    /// <summary>From sizes that differ less than this, no part by size can be told: noise would be one.</summary>
    private const double Spread = 1.5;

    /// <summary>No machine repeats itself better, however well a few numbers agree.</summary>
    private const double LeastDeviation = 0.1;

    /// <summary>Until the weights stand still.</summary>
    private const int Rounds = 20;

    /// <summary>Of Student's distribution, one-sided 90 %, by degrees of freedom from 1 on: few numbers say little of how much they vary.</summary>
    private static readonly double[] Quantiles = [3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372];

    /// <param name="measured">At least one; bytes 0: it goes by none.</param>
    /// <param name="bytes">Now.</param>
    public static PhaseTime Of(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        if (measured.All(one => one.Seconds <= 0)) return new PhaseTime(0, 0);
        var (least, most) = (measured.Min(one => one.Bytes), measured.Max(one => one.Bytes));
        return most >= least * Spread && least > 0 ? BySize(measured, bytes) : Alike(measured, least > 0 ? bytes : 0);
    }

    /// <summary>As long as they took, longer in proportion where it is larger, and never less: which part is fixed is not known.</summary>
    private static PhaseTime Alike(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        var (seconds, size) = (measured.Average(one => one.Seconds), measured.Average(one => one.Bytes));
        return At(seconds * (size > 0 ? Math.Max(1, bytes / size) : 1), measured.Select(one => one.Seconds / seconds - 1), measured.Count - 1, 1d / measured.Count);
    }

    /// <summary>Least squares of what each differs by from its own, as a part of it: a second more is much of two seconds, and nothing of two hours.</summary>
    private static PhaseTime BySize(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        var line = Fitted(measured, measured.Select(one => Math.Max(one.Seconds, 1e-3)));
        for (var round = 1; round < Rounds; round++) line = Fitted(measured, measured.Select(line.At));
        return At(line.At(bytes), measured.Select(one => one.Seconds / line.At((one.Bytes, one.Seconds)) - 1), measured.Count - line.Parts, line.VarianceAt(bytes));
    }

    private static Line Fitted(IReadOnlyList<(double Bytes, double Seconds)> measured, IEnumerable<double> expected)
    {
        var (one, size, square, seconds, both) = (0d, 0d, 0d, 0d, 0d);
        foreach (var (sample, wanted) in measured.Zip(expected))
        {
            var weight = 1 / (wanted * wanted);
            (one, size, square) = (one + weight, size + weight * sample.Bytes, square + weight * sample.Bytes * sample.Bytes);
            (seconds, both) = (seconds + weight * sample.Seconds, both + weight * sample.Bytes * sample.Seconds);
        }
        var determinant = one * square - size * size;
        var (fixedPart, each) = ((square * seconds - size * both) / determinant, (one * both - size * seconds) / determinant);
        // No part of a time is negative.
        if (fixedPart < 0) return new Line(0, both / square, 1, bytes => bytes * bytes / square);
        if (each < 0) return new Line(seconds / one, 0, 1, _ => 1 / one);
        return new Line(fixedPart, each, 2, bytes => (square - 2 * size * bytes + one * bytes * bytes) / determinant);
    }

    /// <param name="seconds">Expected.</param>
    /// <param name="deviations">Of what was measured, each as a part of what it should have been.</param>
    /// <param name="freedom">How many of them are free.</param>
    /// <param name="ofLine">How uncertain the expectation itself is, as a multiple of the variance: far from what was measured it is.</param>
    private static PhaseTime At(double seconds, IEnumerable<double> deviations, int freedom, double ofLine)
    {
        if (freedom < 1) return new PhaseTime(seconds, null);
        var deviation = Math.Max(LeastDeviation, Math.Sqrt(deviations.Sum(one => one * one) / freedom));
        return new PhaseTime(seconds, seconds * (1 + Quantiles[Math.Min(freedom, Quantiles.Length) - 1] * deviation * Math.Sqrt(1 + ofLine)));
    }

    /// <param name="Fixed">Seconds.</param>
    /// <param name="Each">Seconds a byte.</param>
    /// <param name="Parts">That were found out.</param>
    /// <param name="Variance">Of the line at a size, in seconds².</param>
    private sealed record Line(double Fixed, double Each, int Parts, Func<double, double> Variance)
    {
        public double At(double bytes) => Fixed + Each * bytes;

        public double At((double Bytes, double Seconds) measured) => Math.Max(1e-3, At(measured.Bytes));

        /// <summary>As a part of the time itself.</summary>
        public double VarianceAt(double bytes) => Variance(bytes) / (At(bytes) * At(bytes));
    }
}
