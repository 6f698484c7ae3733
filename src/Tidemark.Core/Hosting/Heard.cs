namespace Tidemark.Hosting;

/// <summary>Progress&lt;T&gt; would tell on another thread, and out of order.</summary>
internal sealed class Heard<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
