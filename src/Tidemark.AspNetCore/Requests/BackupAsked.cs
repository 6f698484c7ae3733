using System.Text.Json.Serialization;

namespace Tidemark.AspNetCore.Requests;

/// <summary>Body of POST /db/backup; all of it may be left out.</summary>
/// <param name="Database">Null: the one in DATABASE_URL.</param>
/// <param name="Format">custom or sql.gz; null: as configured.</param>
/// <param name="Label">A name of the asker's own.</param>
/// <param name="Kind">dump, or base for a base backup of the whole server; null: dump.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BackupAsked(string? Database, string? Format, string? Label, string? Kind = null);
