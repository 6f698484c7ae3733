using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Dumps;

/// <summary>The full parse of a dump: to its trailer, with the rows of every table counted. Listing is not checking: a cut archive lists fine.</summary>
internal abstract class DumpCheck : IAsyncDisposable
{
    /// <summary>Takes the bytes of the dump in order: archive bytes for custom, SQL text for plain.</summary>
    public abstract void Take(ReadOnlyMemory<byte> bytes);

    /// <summary>Bytes of SQL text read so far; may be asked from any thread.</summary>
    public abstract long TextRead { get; }

    /// <summary>Call once after the last byte.</summary>
    public abstract Task<CheckFindings> CompleteAsync(CancellationToken token);

    public abstract ValueTask DisposeAsync();

    public static DumpCheck ForSql(Action<PlainDumpEvent>? onTable = null) => new SqlCheck(onTable);

    public static DumpCheck ForArchive(ClientTools tools, Action<PlainDumpEvent>? onTable = null) => new ArchiveCheck(tools, onTable);

    private sealed class SqlCheck(Action<PlainDumpEvent>? onTable) : DumpCheck
    {
        private readonly PlainDumpReader reader = new(onTable);
        private long read;

        public override long TextRead => Interlocked.Read(ref read);

        public override void Take(ReadOnlyMemory<byte> bytes)
        {
            reader.Read(bytes.Span);
            Interlocked.Add(ref read, bytes.Length);
        }

        public override Task<CheckFindings> CompleteAsync(CancellationToken token) => Task.FromResult(new CheckFindings(reader.Complete(), null));

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>An archive becomes SQL text through pg_restore of the dump's own major, and the text is read like any other.</summary>
    private sealed class ArchiveCheck : DumpCheck
    {
        private readonly ChildProcess restore;
        private readonly PlainDumpReader reader;
        private readonly Task reading;
        private IOException? broken;
        private long read;

        public ArchiveCheck(ClientTools tools, Action<PlainDumpEvent>? onTable)
        {
            reader = new PlainDumpReader(onTable);
            restore = ChildProcess.Start(new ChildCommand(tools.PgRestore, ["--file=-"]));
            reading = Task.Factory.StartNew(ReadText, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public override long TextRead => Interlocked.Read(ref read);

        public override void Take(ReadOnlyMemory<byte> bytes)
        {
            if (broken is not null) return;
            try
            {
                restore.Input.Write(bytes.Span);
            }
            catch (IOException closed)
            {
                // pg_restore ends early on a damaged archive; its exit code and message tell why.
                broken = closed;
            }
        }

        public override async Task<CheckFindings> CompleteAsync(CancellationToken token)
        {
            try
            {
                restore.Input.Close();
            }
            catch (IOException closed)
            {
                broken ??= closed;
            }
            await reading.WaitAsync(token);
            var exit = await restore.WaitAsync(token);
            return new CheckFindings(reader.Complete(), exit == 0 && broken is null ? null : $"pg_restore cannot read the archive (exit {exit}): {restore.ErrorText}".TrimEnd(' ', ':'));
        }

        private void ReadText()
        {
            var buffer = new byte[256 * 1024];
            int got;
            while ((got = restore.Output.Read(buffer)) > 0)
            {
                reader.Read(buffer.AsSpan(0, got));
                Interlocked.Add(ref read, got);
            }
        }

        public override ValueTask DisposeAsync() => restore.DisposeAsync();
    }
}

/// <summary>What the full parse found.</summary>
/// <param name="Contents">What was read, up to where it could be read.</param>
/// <param name="Unreadable">Why pg_restore stopped; null when it read to the end.</param>
internal sealed record CheckFindings(PlainDumpSummary Contents, string? Unreadable)
{
    /// <summary>Empty for a whole dump.</summary>
    public IReadOnlyList<string> Faults { get; } = [.. Found(Contents, Unreadable)];

    // Any file of the machine may be named: words of one that is no dump are not told.
    private static IEnumerable<string> Found(PlainDumpSummary contents, string? unreadable)
    {
        if (unreadable is not null) yield return unreadable;
        if (contents.OpenEnd is not null) yield return contents.DumpedByVersion is null ? "the text stops in the middle, and no line says that pg_dump made it" : $"the text stops in the middle: {contents.OpenEnd}";
        if (!contents.TrailerSeen) yield return "the closing line \"PostgreSQL database dump complete\" is missing";
    }
}
