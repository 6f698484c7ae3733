using System.Text.Json;

namespace Tidemark.Audit;

/// <summary>How often each action is in the audit log, what was put aside included: where the journal's own counts begin.</summary>
/// <param name="Counts">By action and database; absent when 0.</param>
/// <param name="Unreadable">Lines that cannot be read, such as a half line that a power cut left.</param>
internal sealed record AuditTally(IReadOnlyDictionary<(string Action, string Database), long> Counts, int Unreadable)
{
    public long Of(string action, string database) => Counts.GetValueOrDefault((action, database));

    /// <summary>Empty where there is no log.</summary>
    public static AuditTally Read(string stateFolder)
    {
        var (counts, unreadable) = (new Dictionary<(string, string), long>(), 0);
        foreach (var line in AuditLog.FilesIn(stateFolder).SelectMany(File.ReadLines))
            try
            {
                if (JsonSerializer.Deserialize(line, AuditJson.Default.AuditEvent) is { Action: not null, Database: not null } entry) counts[(entry.Action, entry.Database)] = counts.GetValueOrDefault((entry.Action, entry.Database)) + 1;
                else unreadable++;
            }
            catch (JsonException)
            {
                unreadable++;
            }
        return new AuditTally(counts, unreadable);
    }
}
