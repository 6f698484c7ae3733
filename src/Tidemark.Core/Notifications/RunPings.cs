using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Runs;

namespace Tidemark.Notifications;

/// <summary>Tells a monitor of the user's when a backup begins, that it is whole, or with which exit code it failed. No backup waits for it.</summary>
/// <remarks>The way of healthchecks.io and its like: address/start, the address itself, address/(exit code).</remarks>
/// <param name="address">Null: nobody is told.</param>
/// <param name="stateFolder">Of the journal.</param>
/// <param name="post">How.</param>
/// <param name="warn">Told when the monitor could not be.</param>
internal sealed class RunPings(SecretSource? address, string stateFolder, WebPost post, Action<string> warn)
{
    private readonly Lock gate = new();
    private Task sent = Task.CompletedTask;

    /// <summary>In the order of what happened: a start must not overtake an end.</summary>
    public void Hear(RunNews news)
    {
        if (address is null || news.Run.Kind != RunKind.Backup.Name || PartOf(news) is not { } part) return;
        lock (gate) sent = AfterAsync(sent, part);
    }

    /// <summary>Returns when the monitor has been told, or could not be.</summary>
    public Task FlushAsync()
    {
        lock (gate) return sent;
    }

    /// <summary>Null: the monitor is not told. A success counts only of a backup that was read to its end, and while no other database's backup fails: one address stands for all of them.</summary>
    private string? PartOf(RunNews news) => news switch
    {
        { ExitCode: null } => "start",
        // Neither did it fail nor is there a backup: the next one tells.
        { Run.State: RunState.Cancelled } => null,
        { ExitCode: 0, IsChecked: true } => OthersFail() ? null : "",
        { ExitCode: 0 } => null,
        _ => $"{news.ExitCode}",
    };

    private bool OthersFail()
    {
        try
        {
            using var journal = JournalReader.Open(stateFolder);
            return journal?.OpenNotices().Any(notice => notice.Kind == RunKind.Backup.Name) ?? false;
        }
        catch (Fault)
        {
            // The backup is whole, and that the journal is not has been told.
            return false;
        }
    }

    private async Task AfterAsync(Task earlier, string part)
    {
        // What became of an earlier call is no reason not to make this one.
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Yield();
        if (await PingAsync(address!, part, post, CancellationToken.None) is { Taken: false } unheard) warn($"the monitor of BACKUP_PING_URL was not told: {unheard.Words}");
    }

    /// <summary>One call; how it went is said, never thrown.</summary>
    public static async Task<ChannelAnswer> PingAsync(SecretSource address, string part, WebPost post, CancellationToken token)
    {
        try
        {
            var place = SecretAddress.Of(address);
            using var request = new HttpRequestMessage(HttpMethod.Get, part.Length == 0 ? place : place.With(part));
            return await post.SendAsync(request, null, token);
        }
        catch (Fault unreadable)
        {
            return ChannelAnswer.Refused(unreadable.InOneLine);
        }
#pragma warning disable CA1031 // The address may be anything: whatever a call fails with is said, and no backup fails by it.
        catch (Exception failed) when (!token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return ChannelAnswer.Refused(failed.GetType().Name);
        }
    }
}
