namespace Tidemark.Processes;

/// <summary>Keeps the last lines of a stream that may be long, and passes each line on as it comes.</summary>
internal sealed class LastLines(Action<string>? onLine)
{
    private const int Kept = 20;
    private readonly Queue<string> lines = new();

    public async Task DrainAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Enqueue(line);
                if (lines.Count > Kept) lines.Dequeue();
            }
            onLine?.Invoke(line);
        }
    }

    public override string ToString()
    {
        lock (lines) return string.Join('\n', lines);
    }
}
