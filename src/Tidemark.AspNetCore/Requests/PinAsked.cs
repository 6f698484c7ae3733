using System.Text.Json.Serialization;

namespace Tidemark.AspNetCore.Requests;

/// <summary>Body of PUT /db/backups/{id}/pin.</summary>
/// <param name="Reason">Why it must stay, for whoever finds it.</param>
/// <param name="Until">A day (2027-01-31) or a duration (90d); null: until it is taken off.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PinAsked(string? Reason, string? Until);
