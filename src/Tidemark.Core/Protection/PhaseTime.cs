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

    /// <summary>Until the weights stand still; below this deviation, a part of the whole, none weighs more.</summary>
    private const int Rounds = 50;

    private const double Nearest = 0.01;

    /// <summary>Of Student's distribution, one-sided 90 %, by degrees of freedom from 1 on: few numbers say little of how much they vary.</summary>
    private static readonly double[] Quantiles = [3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372];

    /// <param name="measured">At least one; bytes 0: it goes by none.</param>
    /// <param name="bytes">Now.</param>
    public static PhaseTime Of(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        // Times are told in milliseconds.
        measured = [.. measured.Select(one => (one.Bytes, Math.Max(one.Seconds, 1e-3)))];
        var (least, most) = (measured.Min(one => one.Bytes), measured.Max(one => one.Bytes));
        return most >= least * Spread && least > 0 ? BySize(measured, bytes) : Alike(measured, least > 0 ? bytes : 0);
    }

    /// <summary>As long as they took, longer in proportion where it is larger, and never less: which part is fixed is not known.</summary>
    private static PhaseTime Alike(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        var (seconds, size) = (Middle(measured.Select(one => one.Seconds)), Middle(measured.Select(one => one.Bytes)));
        return At(seconds * (size > 0 ? Math.Max(1, bytes / size) : 1), measured.Select(one => one.Seconds / seconds - 1), measured.Count - 1, 1d / measured.Count);
    }

    /// <summary>The line that as many lie above as below, by how much each differs as a part of it: a second more is much of two seconds, and nothing of two hours. One slow day does not move it.</summary>
    private static PhaseTime BySize(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
    {
        var line = Line.Through(measured, one => 1 / (one.Seconds * one.Seconds));
        for (var round = 1; round < Rounds; round++)
        {
            var last = line;
            // Least squares, then each weighed by the inverse of its own deviation: what is left is least deviations.
            var squares = round < Rounds / 2;
            line = Line.Through(measured, one => 1 / (last.At(one.Bytes) * last.At(one.Bytes) * (squares ? 1 : Math.Max(Nearest, Math.Abs(last.Deviation(one))))));
        }
        return At(line.At(bytes), measured.Select(line.Deviation), measured.Count - line.Parts, line.Uncertainty(measured, bytes));
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

    private static double Middle(IEnumerable<double> values) => values.Order().ToList() is var sorted ? (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2 : 0;

    /// <param name="Fixed">Seconds.</param>
    /// <param name="Each">Seconds a byte.</param>
    /// <param name="Parts">That were found out: of the two, none is negative.</param>
    private readonly record struct Line(double Fixed, double Each, int Parts)
    {
        public static Line Through(IReadOnlyList<(double Bytes, double Seconds)> measured, Func<(double Bytes, double Seconds), double> weigh)
        {
            var (one, size, square) = Sums(measured, weigh);
            var (seconds, both) = (measured.Sum(it => weigh(it) * it.Seconds), measured.Sum(it => weigh(it) * it.Bytes * it.Seconds));
            var determinant = one * square - size * size;
            var (start, each) = ((square * seconds - size * both) / determinant, (one * both - size * seconds) / determinant);
            return start < 0 ? new Line(0, both / square, 1) : each < 0 ? new Line(seconds / one, 0, 1) : new Line(start, each, 2);
        }

        public double At(double bytes) => Fixed + Each * bytes;

        public double Deviation((double Bytes, double Seconds) measured) => measured.Seconds / At(measured.Bytes) - 1;

        /// <summary>Of the line itself at this size, as a multiple of the variance of what was measured.</summary>
        public double Uncertainty(IReadOnlyList<(double Bytes, double Seconds)> measured, double bytes)
        {
            var line = this;
            var (one, size, square) = Sums(measured, it => 1 / (line.At(it.Bytes) * line.At(it.Bytes)));
            var variance = Parts == 2 ? (square - 2 * size * bytes + one * bytes * bytes) / (one * square - size * size) : Fixed > 0 ? 1 / one : bytes * bytes / square;
            return variance / (At(bytes) * At(bytes));
        }

        private static (double One, double Size, double Square) Sums(IReadOnlyList<(double Bytes, double Seconds)> measured, Func<(double Bytes, double Seconds), double> weigh) =>
            (measured.Sum(weigh), measured.Sum(it => weigh(it) * it.Bytes), measured.Sum(it => weigh(it) * it.Bytes * it.Bytes));
    }
}
