using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Tidemark.AspNetCore.Access;

/// <summary>Our routes as the host goes on to describe them. A policy or a role that it requires here stands instead of our rights; one that it requires of a group above stands beside them.</summary>
internal sealed class GuardedRoutes(IEndpointConventionBuilder routes) : IEndpointConventionBuilder
{
    /// <remarks>"Whoever is logged in" is no policy of who may restore: alone it takes nothing of ours away.</remarks>
    public void Add(Action<EndpointBuilder> convention) => routes.Add(route =>
    {
        var before = route.Metadata.ToHashSet(ReferenceEqualityComparer.Instance);
        convention(route);
        if (route.Metadata.Any(said => !before.Contains(said) && said is AuthorizationPolicy or IAuthorizeData { Policy: not null } or IAuthorizeData { Roles: not null }))
            route.Metadata.Add(new OwnPolicy());
    });

    public void Finally(Action<EndpointBuilder> finallyConvention) => routes.Finally(finallyConvention);

    /// <summary>Takes our rights away where the host has said who may.</summary>
    /// <exception cref="InvalidOperationException">A route of ours lets everybody in.</exception>
    public static void Settle(EndpointBuilder route)
    {
        if (route.Metadata.OfType<NeededRight>().FirstOrDefault() is not { } needed) throw new InvalidOperationException($"{route.DisplayName} says no right that it needs");
        if (route.Metadata.OfType<OwnPolicy>().Any()) route.Metadata.Remove(needed);
    }

    private sealed class OwnPolicy;
}
