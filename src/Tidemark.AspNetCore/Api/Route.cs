using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Problems;

namespace Tidemark.AspNetCore.Api;

/// <summary>What every route of ours says of itself.</summary>
internal static class Route
{
    /// <param name="route">Just mapped.</param>
    /// <param name="right">Without which it answers 403.</param>
    /// <param name="name">Unique; the operation's in the OpenAPI document.</param>
    /// <param name="summary">One sentence.</param>
    /// <param name="problems">Statuses that it may answer besides 401 and 403.</param>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, Right right, string name, string summary, params int[] problems)
    {
        route.WithMetadata(new NeededRight(right)).WithName(name).WithSummary(summary).WithDescription($"Needs the right {Roles.NameOf(right)}: role {Roles.Needed(right)}.");
        foreach (var status in problems.Append(StatusCodes.Status401Unauthorized).Append(StatusCodes.Status403Forbidden).Order()) route.Produces<Problem>(status, "application/problem+json");
        return route;
    }
}
