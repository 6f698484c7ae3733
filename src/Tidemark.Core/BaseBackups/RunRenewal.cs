namespace Tidemark.BaseBackups;

/// <summary>Says every so often, by a mark beside its intent, that a run is alive: a sweeper gives up those of which nothing was heard for the grace time.</summary>
/// <param name="bases">Where.</param>
/// <param name="id">Its intent is written.</param>
/// <param name="writer">Signs the marks.</param>
/// <param name="grace">Of sweepers.</param>
/// <param name="by">user@host.</param>
/// <param name="clock">Of the beat.</param>
/// <param name="remark">Told once where it cannot be said.</param>
internal sealed class RunRenewal(BaseStore bases, BaseId id, WriterKey writer, TimeSpan grace, string by, TimeProvider clock, Action<string> remark)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A tenth of the grace time: the store may be away for nine of them.</summary>
    private readonly TimeSpan beat = grace / 10 < Longest ? grace / 10 : Longest;

    /// <exception cref="Fault">4: it was given up meanwhile, and is ended here, as it cannot be completed any more. Else what the work ended with.</exception>
    public async Task<T> WhileAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var (working, renewing) = (work(stop.Token), UntilGivenUpAsync(stop.Token));
        await Task.WhenAny(working, renewing);
        await stop.CancelAsync();
        var givenUp = await renewing;
        try
        {
            return await working;
        }
        catch (Exception) when (givenUp is not null)
        {
            throw givenUp;
        }
    }

    /// <returns>Null: it was stopped.</returns>
    private async Task<Fault?> UntilGivenUpAsync(CancellationToken token)
    {
        var isTold = false;
        while (true)
            try
            {
                await Task.Delay(beat, clock, token);
                if (await bases.IsRevokedAsync(id, token)) return bases.GivenUp(id);
                await bases.WriteAsync(new BaseMark { Id = id.Text, Type = BaseMark.Renewed, At = clock.GetUtcNow(), By = by }, writer, token);
                isTold = false;
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested)
            {
                return null;
            }
            catch (Fault away)
            {
                // It goes on: whether the run still counts is asked before its manifest is written.
                if (!isTold) remark($"the store was not told that this backup is still being taken, which is tried again in {Ages.InWords(beat)}; not heard of for {Ages.InWords(grace)}, it would be given up: {away.InOneLine}");
                isTold = true;
            }
    }
}
