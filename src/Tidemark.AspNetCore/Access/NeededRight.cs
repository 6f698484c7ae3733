using Microsoft.AspNetCore.Authorization;

namespace Tidemark.AspNetCore.Access;

/// <summary>The right that a route needs. Each has a policy of its own, "Tidemark.restore", which a host may define as it likes.</summary>
internal sealed class NeededRight(Right right) : IAuthorizeData
{
    public Right Right { get; } = right;

    public string? Policy { get; set; } = PolicyOf(right);

    string? IAuthorizeData.Roles { get; set; }

    public string? AuthenticationSchemes { get; set; }

    public static string PolicyOf(Right right) => "Tidemark." + Roles.NameOf(right);
}
