using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Runs;

/// <summary>Changes of key rings as people make them: recorded for each store by itself, with who opens what from then on.</summary>
internal sealed class KeysRun(RunRecorder recorder)
{
    /// <summary>A ring opens the backups of every database.</summary>
    private const string Databases = "all";

    /// <summary>What must succeed before any ring is changed: its failure is recorded as that of the change.</summary>
    public Task<T> BeforeAsync<T>(RunKind kind, Func<Task<T>> work) => recorder.RecordFailureAsync(kind, Databases, work);

    /// <param name="kind">What is done.</param>
    /// <param name="store">Whose ring.</param>
    /// <param name="change">Gives the keys that were written.</param>
    public Task<IReadOnlyList<WrappedIdentity>> RunAsync(RunKind kind, IObjectStore store, Func<Task<IReadOnlyList<WrappedIdentity>>> change) => recorder.RecordAsync(kind, Databases, async run =>
    {
        run.Details = new RunDetails { Target = store.Address };
        var keys = await change();
        foreach (var key in keys) run.Log($"key {RingKey.IdOf(key.Identity.Recipient)} ({key.Identity.Recipient}) is wrapped to {string.Join(", ", key.Recipients)}");
        return keys;
    });
}
