namespace Tidemark.Runs;

/// <summary>Tells a run where it is, and then whoever listens.</summary>
internal sealed class PlacedProgress<T>(RunContext run, Func<T, RunPlace> place, IProgress<T> onward) : IProgress<T>
{
    public void Report(T value)
    {
        var (phase, bytes) = place(value);
        run.At(phase, bytes);
        onward.Report(value);
    }
}
