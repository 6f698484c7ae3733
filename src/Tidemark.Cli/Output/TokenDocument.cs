using System.Text.Json.Serialization;
using Tidemark.AspNetCore.Access;
using Tidemark.Journal;

namespace Tidemark.Cli.Output;

/// <summary>A token; its secret only where it was made just now.</summary>
internal sealed record TokenDocument(string Id, string Name, string Role, IReadOnlyList<string> Rights, string State, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null)
{
    public static TokenDocument Of(TokenRow token, DateTimeOffset now, string? secret = null) =>
        new(token.Id, token.Name, token.Role, [.. Roles.RightsOf(token.Role, token.Also).Select(Roles.NameOf)], StateOf(token, now), token.CreatedAt, token.ExpiresAt, token.LastUsedAt, token.RevokedAt, secret);

    /// <summary>active, expired or revoked.</summary>
    public static string StateOf(TokenRow token, DateTimeOffset now) => token.Holds(now) ? "active" : token.RevokedAt is not null ? "revoked" : "expired";
}

/// <param name="Tokens">The oldest first.</param>
internal sealed record TokensDocument(IReadOnlyList<TokenDocument> Tokens);
