using System.Globalization;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Data;

/// <summary>What the server says of a backup that it ended (<c>backup_label</c>). Kept to the byte for restores, and only read here.</summary>
/// <param name="Start">Replay begins here: the redo place of the checkpoint.</param>
/// <param name="StartFile">The segment that holds it, as the server names it.</param>
/// <param name="Checkpoint">Place of the checkpoint's record.</param>
/// <param name="Timeline">That the backup began on.</param>
/// <param name="FromStandby">It was taken from a server in recovery.</param>
/// <param name="Label">As it was given at the start.</param>
internal sealed record BackupLabel(Lsn Start, string StartFile, Lsn Checkpoint, TimelineId? Timeline, bool FromStandby, string Label)
{
    public const string Path = "backup_label";

    /// <summary>Lines that are not known are passed over: 17 added some.</summary>
    /// <exception cref="FormatException">It does not say where replay begins.</exception>
    public static BackupLabel Parse(string text)
    {
        var fields = text.Split('\n').Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2).DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1].TrimEnd('\r'));
        var start = Field("START WAL LOCATION").Split(' ', 3);
        var file = start.Length > 2 && start[1] == "(file" ? start[2].TrimEnd(')') : "";
        return new BackupLabel(
            Lsn.Parse(start[0]), file, Lsn.Parse(Field("CHECKPOINT LOCATION")),
            uint.TryParse(fields.GetValueOrDefault("START TIMELINE"), NumberStyles.None, CultureInfo.InvariantCulture, out var timeline) && timeline > 0 ? new TimelineId(timeline) : null,
            fields.GetValueOrDefault("BACKUP FROM") == "standby", fields.GetValueOrDefault("LABEL") ?? "");

        string Field(string name) => fields.GetValueOrDefault(name) ?? throw new FormatException($"a backup_label without '{name}'");
    }
}
