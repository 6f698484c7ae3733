using Microsoft.Extensions.Logging.Abstractions;
using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Hosting;

public sealed class AuditStreamTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly SteppedClock clock = new();

    [Fact]
    public async Task What_happens_until_the_very_end_is_told_and_what_happened_before_is_not()
    {
        await using var workbench = new Workbench(ConfigurationReader.Read(folder.Path, new Dictionary<string, string>(), new Dictionary<string, string>()).Options, new StoreOpeners(), null, _ => { }, clock);
        Write(workbench, "before");
        using var output = new StringWriter();
        using var stream = new AuditStream(workbench, output, NullLogger<AuditStream>.Instance);
        await stream.StartAsync(TestContext.Current.CancellationToken);
        Write(workbench, "during");
        await clock.TimersAsync(1);
        clock.Step(TimeSpan.FromSeconds(1));
        Write(workbench, "end");
        await stream.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadLines(AuditLog.PathIn(workbench.State)).Skip(1), output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task An_output_that_is_closed_ends_the_telling_and_nothing_else()
    {
        await using var workbench = new Workbench(ConfigurationReader.Read(folder.Path, new Dictionary<string, string>(), new Dictionary<string, string>()).Options, new StoreOpeners(), null, _ => { }, clock);
        using var output = new StreamWriter(new ClosedPipe()) { AutoFlush = true };
        using var stream = new AuditStream(workbench, output, NullLogger<AuditStream>.Instance);
        await stream.StartAsync(TestContext.Current.CancellationToken);
        Write(workbench, "lost");
        await stream.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();

    private void Write(Workbench workbench, string database) => new AuditLog(workbench.State).Write(new AuditEvent { At = clock.GetUtcNow(), Action = "DB_BACKUP_CREATED", Outcome = "ok", Actor = "me@here", Database = database });

    private sealed class ClosedPipe : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("Broken pipe");

        public override void Flush()
        {
        }
    }
}
