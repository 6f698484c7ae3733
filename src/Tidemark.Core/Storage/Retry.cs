using System.Security.Cryptography;

namespace Tidemark.Storage;

/// <summary>Asks again after a failure that may pass (<see cref="Fault.Transient"/>), with pauses that grow, until it has lasted too long.</summary>
/// <param name="clock">Pauses go by it.</param>
/// <param name="chance">From 0 to 1: where in its second half a pause ends, so that many writers do not come back at the same moment.</param>
internal sealed class Retry(TimeProvider clock, Func<double> chance)
{
    /// <summary>No try begins later than this. With the longest silence that a store allows it bounds how long a dead one holds a backup up: well under two minutes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200), Longest = TimeSpan.FromSeconds(10);

    public Retry(TimeProvider clock)
        : this(clock, () => RandomNumberGenerator.GetInt32(1000) / 1000.0)
    {
    }

    /// <param name="act">Is told whether it was tried before: then it may have been done already, with only its answer lost.</param>
    /// <param name="token">Ends the pauses too.</param>
    /// <exception cref="Fault">The last one; when it was tried several times, it says how often.</exception>
    public async Task<T> RunAsync<T>(Func<bool, Task<T>> act, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var pause = PauseAfter(tries);
            try
            {
                return await act(tries > 1);
            }
            catch (Fault passing) when (passing.Transient)
            {
                var lasted = clock.GetElapsedTime(begun);
                if (lasted + pause <= Patience) await Task.Delay(pause, clock, token);
                else if (tries == 1) throw;
                else throw Exhausted(passing, tries, lasted);
            }
        }
    }

    private TimeSpan PauseAfter(int tries)
    {
        var whole = First * Math.Pow(2, tries - 1);
        if (whole > Longest) whole = Longest;
        return whole * (0.5 + (chance() / 2));
    }

    private static Fault Exhausted(Fault last, int tries, TimeSpan lasted) => new(last.Code, last.What, last)
    {
        Where = last.Where,
        Why = $"{(last.Why is null ? "" : $"{last.Why}; ")}the same at each of {tries} tries within {Ages.InWords(lasted)}",
        Left = last.Left,
        Next = last.Next,
        // It has been tried for long enough: whoever is above does not begin again.
        Transient = false,
    };
}
