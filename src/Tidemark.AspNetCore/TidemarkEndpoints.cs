using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Tidemark.AspNetCore.Api;

namespace Tidemark.AspNetCore;

/// <summary>The admin API under a prefix of the host's choice.</summary>
public static class TidemarkEndpoints
{
    /// <param name="routes">The host's.</param>
    /// <param name="prefix">Such as /admin; nothing is mapped outside it.</param>
    /// <returns>All of them as one, for the host's own policies.</returns>
    public static RouteGroupBuilder MapTidemark(this IEndpointRouteBuilder routes, string prefix = "/admin")
    {
        var group = routes.MapGroup(prefix);
        DumpsApi.Map(group);
        TasksApi.Map(group);
        return group;
    }
}
