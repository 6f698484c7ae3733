using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Access;
using Tidemark.AspNetCore.Api;
using Tidemark.AspNetCore.Problems;

namespace Tidemark.AspNetCore;

/// <summary>The admin API under a prefix of the host's choice.</summary>
public static class TidemarkEndpoints
{
    /// <summary>Maps the admin API. Nothing is mapped outside the prefix, and nobody comes in without a token of Tidemark's, unless the host says who may:</summary>
    /// <example><code>app.MapTidemark("/admin").RequireAuthorization("DatabaseAdmins");</code></example>
    /// <param name="routes">The host's.</param>
    /// <param name="prefix">Such as /admin.</param>
    /// <returns>All routes as one. A policy or a role that is required of it stands instead of Tidemark's own rights; a policy of the name
    /// <c>Tidemark.restore</c> (or view, backup, cancel, pin, download, delete) that the host defines stands instead of that right alone.</returns>
    public static IEndpointConventionBuilder MapTidemark(this IEndpointRouteBuilder routes, string prefix = "/admin")
    {
        var group = routes.MapGroup(prefix);
        group.AddEndpointFilter<RouteGroupBuilder, ProblemFilter>().WithTags("Tidemark");
        BackupsApi.Map(group);
        RestoresApi.Map(group);
        RetentionApi.Map(group);
        TasksApi.Map(group);
        SchedulesApi.Map(group);
        StatusApi.Map(group);
        var guarded = new GuardedRoutes(group);
        guarded.Finally(GuardedRoutes.Settle);
        return guarded;
    }
}
