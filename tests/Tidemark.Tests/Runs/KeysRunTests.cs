using System.Runtime.Versioning;
using System.Text.Json;
using Tidemark.Codecs.Age;
using Tidemark.Processes;
using Tidemark.Repositories;
using Tidemark.Runs;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Runs;

[SupportedOSPlatform("linux")]
public sealed class KeysRunTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly AgeIdentity mine = AgeIdentity.Generate();

    [Fact]
    public async Task A_change_of_a_ring_is_audited_with_who_made_it_and_logged_with_whom_it_lets_in()
    {
        var made = new WrappedIdentity(AgeIdentity.Generate(), [mine.Recipient], Now);
        await Run.RunAsync(RunKind.KeysAdd, store, () => Task.FromResult<IReadOnlyList<WrappedIdentity>>([made]));
        var audited = Assert.Single(Audit());
        Assert.Equal(("DB_KEYS_ADDED", "ok", "me@here", "memory:"), (Text(audited, "action"), Text(audited, "outcome"), Text(audited, "actor"), Text(audited, "target")));
        var log = string.Join('\n', RunLog.Read(folder[".tidemark"], Text(audited, "runId"))!);
        Assert.Contains($"is wrapped to {mine.Recipient}", log, StringComparison.Ordinal);
        Assert.DoesNotContain("AGE-SECRET-KEY", log + await File.ReadAllTextAsync(folder[".tidemark/audit.jsonl"], TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_change_that_is_refused_or_never_begins_is_audited_too()
    {
        await Assert.ThrowsAsync<Fault>(() => Run.RunAsync(RunKind.KeysRemove, store, () => throw new Fault(FaultCode.Refused, "the last one")));
        await Assert.ThrowsAsync<Fault>(() => Run.BeforeAsync<bool>(RunKind.KeysRotate, () => throw new Fault(FaultCode.Store, "away")));
        Assert.Equal(["DB_KEYS_REMOVE_FAILED refused", "DB_KEYS_ROTATE_FAILED failed"], Audit().Select(one => $"{Text(one, "action")} {Text(one, "outcome")}"));
    }

    public void Dispose() => folder.Dispose();

    private KeysRun Run => new(new RunRecorder(folder[".tidemark"], "me@here", new StoppedClock(Now), new SecretMask([]), _ => { }));

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private IReadOnlyList<JsonElement> Audit() => [.. File.ReadLines(folder[".tidemark/audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];
}
