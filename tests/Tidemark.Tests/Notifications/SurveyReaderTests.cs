using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Notifications;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Runs;
using Tidemark.Storage;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

public sealed class SurveyReaderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly SteppedClock clock = new();

    [Fact]
    public async Task A_store_that_never_answers_from_the_start_on_is_told_after_a_minute_and_the_other_one_is_not()
    {
        await using var stores = new DumpStores([new DumpStore(new DeafStore()), DumpStore.OfFolder(folder["good"])], folder["state"]);
        var objectives = new ObjectiveOptions(null, TimeSpan.FromHours(1), null);
        var recorder = new RunRecorder(folder["state"], "me", clock, new SecretMask([]), _ => { });
        var reader = new SurveyReader(stores, new ProtectionReader(stores, objectives, _ => true, clock), new PruneRun(recorder, stores, new RetentionPolicy(7, null, null, null, null, null), clock), objectives, "shop", clock);
        Assert.Empty((await ReadAsync()).Conditions);
        clock.Step(TimeSpan.FromMinutes(1));
        var told = Assert.Single((await ReadAsync()).Conditions);
        Assert.Equal((Cause.StoreUnreachable, "s3://deaf", Severity.Critical), (told.Cause, told.Place, told.Severity));

        async Task<Survey> ReadAsync()
        {
            var reading = reader.ReadAsync(fresh: false, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            await clock.TimersAsync(1);
            // The folder has answered by then.
            await Task.Delay(200, TestContext.Current.CancellationToken);
            clock.Step(TimeSpan.FromSeconds(20));
            return await reading;
        }
    }

    public void Dispose() => folder.Dispose();

    private sealed class DeafStore : IObjectStore
    {
        public string Address => "s3://deaf";

        public StoreTraits Traits => throw new NotSupportedException();

        public Task<StoredObject?> FindAsync(string key, CancellationToken token) => throw new NotSupportedException();

        public async IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await Task.Delay(Timeout.Infinite, token);
            yield break;
        }

        public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => throw new NotSupportedException();

        public Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token) => throw new NotSupportedException();

        public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => throw new NotSupportedException();

        public Task<bool> MoveAsync(string from, string to, CancellationToken token) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string key, CancellationToken token) => throw new NotSupportedException();

        public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
