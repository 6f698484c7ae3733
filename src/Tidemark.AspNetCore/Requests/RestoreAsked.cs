using System.Text.Json.Serialization;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Requests;

/// <remarks>An unknown name is an error: somebody may have misspelt what protects a database.</remarks>
/// <summary>Body of POST /db/restore; the fields of a form have the same names.</summary>
/// <param name="Backup">Id, file name, unique prefix, or latest (the default); not with a file.</param>
/// <param name="Database">For latest: of which database; null: the one in DATABASE_URL.</param>
/// <param name="Mode">beside (the default), swap, into or inplace.</param>
/// <param name="ToDatabase">For into.</param>
/// <param name="Confirm">Name of the existing database that may be changed.</param>
/// <param name="Force">With confirm: passes the production guard, and nothing else.</param>
/// <param name="Reason">Why; required where it is production. Kept in the log and in the audit event.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RestoreAsked(string? Backup, string? Database, string? Mode, string? ToDatabase, string? Confirm, bool Force, string? Reason)
{
    private static readonly string[] Names = ["backup", "database", "mode", "toDatabase", "confirm", "force", "reason"];

    private const int LongestReason = 1000;

    /// <summary>Of a form.</summary>
    /// <exception cref="Fault">2: a field that nobody knows.</exception>
    public static RestoreAsked Of(IReadOnlyDictionary<string, string> fields)
    {
        if (fields.Keys.FirstOrDefault(name => !Names.Contains(name)) is { } unknown) throw Wrong("there is no such field", unknown, $"there are file, {string.Join(", ", Names)}");
        if (fields.ContainsKey("backup")) throw Wrong("a file and the name of a backup exclude each other", "backup", null);
        var force = fields.GetValueOrDefault("force", "false");
        return new RestoreAsked(null, fields.GetValueOrDefault("database"), fields.GetValueOrDefault("mode"), fields.GetValueOrDefault("toDatabase"), fields.GetValueOrDefault("confirm"),
            bool.TryParse(force, out var forced) ? forced : throw Wrong("force is true or false", $"force={force}", null), fields.GetValueOrDefault("reason"));
    }

    /// <param name="upload">The file that came; null: none did.</param>
    /// <exception cref="Fault">2: it cannot be what anybody wants.</exception>
    public TaskRequest AsTask(string? upload)
    {
        if (Mode is not null && !TaskRestore.Modes.Contains(Mode)) throw Wrong("there is no such mode", $"mode {Mode}", $"it is one of {string.Join(", ", TaskRestore.Modes)}");
        if (Mode == "into" != ToDatabase is { Length: > 0 }) throw Wrong("mode into and toDatabase belong together", $"mode {Mode ?? "beside"}, toDatabase {ToDatabase ?? "not given"}", null);
        if (Reason?.Length > LongestReason) throw Wrong($"a reason has at most {LongestReason} characters", "reason", null);
        // A path would name any file of this machine.
        if (Backup is not null && (Path.IsPathRooted(Backup) || Backup.Split('/').Contains(".."))) throw new Fault(FaultCode.OutsideStore, "a backup is named by its id, its file name or its key") { Where = Backup, Next = "GET /db/backups" };
        return new TaskRequest
        {
            Kind = "restore",
            Database = Database,
            Source = upload is null ? Backup ?? "latest" : null,
            Upload = upload,
            Mode = Mode,
            ToDatabase = ToDatabase,
            Confirm = Confirm,
            Force = Force,
            Reason = string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim(),
        };
    }

    private static Fault Wrong(string what, string where, string? why) => new(FaultCode.Usage, what) { Where = where, Why = why, Next = "see docs/http-api.md" };
}
