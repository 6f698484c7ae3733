using Tidemark.Files;

namespace Tidemark.Wal;

/// <summary>Asks a store again as long as recovery can wait. Every failure of a store counts as one that may pass: that a token is renewed, or a folder mounted again, is worth the wait; to end recovery early is not.</summary>
/// <param name="atMost">No try begins later; null: without end, as long as the server that asked is there.</param>
/// <param name="clock">Pauses go by it.</param>
/// <param name="remark">Told of the first failure.</param>
internal sealed class Patience(TimeSpan? atMost, TimeProvider clock, Action<string> remark)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromSeconds(10);

    public async Task<T> RunAsync<T>(Func<Task<T>> act, CancellationToken token)
    {
        var (begun, parent, pause) = (clock.GetTimestamp(), Posix.Getppid(), First);
        while (true)
            try
            {
                return await act();
            }
            catch (Fault passing) when (passing.Code == FaultCode.Store)
            {
                var lasted = clock.GetElapsedTime(begun);
                if (atMost is { } limit && lasted + pause > limit) throw Exhausted(passing, lasted);
                if (pause == First) remark($"warning: {passing.InOneLine}; it is tried again{(atMost is { } until ? $" for {Ages.InWords(until)}" : "")}");
                await Task.Delay(pause, clock, token);
                if (Posix.Getppid() != parent) throw new Fault(FaultCode.Interrupted, "the server that asked is gone", passing) { Left = "nothing was served" };
                pause = pause * 2 < Longest ? pause * 2 : Longest;
            }
    }

    private static Fault Exhausted(Fault last, TimeSpan lasted) => lasted < First ? last
        : new Fault(last.Code, last.What, last) { Where = last.Where, Why = $"{(last.Why is null ? "" : $"{last.Why}; ")}tried again for {Ages.InWords(lasted)}", Left = last.Left, Next = last.Next };
}
