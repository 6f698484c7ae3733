using Npgsql;
using Tidemark.Drills.Checks;
using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>How a drill goes: its phases with their times, and what was found.</summary>
/// <param name="clock">Times the phases.</param>
/// <param name="at">Told of each phase when it begins.</param>
internal sealed class DrillCourse(TimeProvider clock, Action<string> at)
{
    private readonly List<DrillPhase> phases = [];
    private readonly List<DrillCheck> checks = [];

    public IReadOnlyList<DrillPhase> Phases => phases;

    public IReadOnlyList<DrillCheck> Checks => checks;

    /// <summary>That runs, or was the last.</summary>
    public string Phase { get; private set; } = "";

    public DrillCheck? FirstFailed => checks.FirstOrDefault(check => check.Result == CheckResult.Failed);

    /// <summary>A phase that breaks is timed as well.</summary>
    public async Task<T> TimeAsync<T>(string name, Func<Task<T>> work, Func<T, long?>? bytes = null)
    {
        Phase = name;
        at(name);
        var begun = clock.GetTimestamp();
        long? counted = null;
        try
        {
            var result = await work();
            counted = bytes?.Invoke(result);
            return result;
        }
        finally
        {
            phases.Add(new DrillPhase(name, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), counted));
        }
    }

    /// <summary>A check is a phase of its own, over a connection of its own: one on which damage was found is closed by that.</summary>
    public async Task CheckAsync(string phase, DatabaseAddress restored, Func<NpgsqlConnection, Task<DrillCheck>> look, CancellationToken token, long? bytes = null) => Add(await TimeAsync(phase, async () =>
    {
        await using var connection = await DatabaseConnection.OpenAsync(restored, token);
        return await look(connection);
    }, _ => bytes));

    public void Add(DrillCheck check) => checks.Add(check);
}
