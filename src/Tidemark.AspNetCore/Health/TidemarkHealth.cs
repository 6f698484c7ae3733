using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Health;

/// <summary>Health and metrics of the backups, beside a host's own.</summary>
public static class TidemarkHealth
{
    private const string Check = "tidemark";

    /// <summary>Adds one check, <c>tidemark</c>: journal, task loop, server, stores, and whether a database is exposed.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="worst">The most that it may say. Degraded: a late backup is no reason to take the application itself out of service.</param>
    /// <param name="tags">For the host to choose by.</param>
    public static IHealthChecksBuilder AddTidemark(this IHealthChecksBuilder builder, HealthStatus worst = HealthStatus.Degraded, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(Check, services => new ReadinessCheck(services.GetRequiredService<Readiness>()), worst, tags));
    }

    /// <summary>GET /live: 503 only when a restart may help. GET /ready: 503 when backups cannot be made or a database is exposed. Neither asks who you are, nor names anything.</summary>
    /// <param name="routes">The host's.</param>
    /// <param name="prefix">Such as /health.</param>
    public static IEndpointConventionBuilder MapTidemarkHealth(this IEndpointRouteBuilder routes, string prefix = "/health")
    {
        var group = routes.MapGroup(prefix);
        group.MapGet("/live", (TaskBoard board) => board.IsWorked ? TypedResults.Text("live") : TypedResults.Text("the loop that takes tasks stands still", statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
        group.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Name == Check, ResponseWriter = ReadinessDocument.WriteAsync });
        return group;
    }

    /// <summary>What Prometheus reads. It names databases and stores: put the host's own policy on it where others can reach it.</summary>
    /// <param name="routes">The host's.</param>
    /// <param name="pattern">Where.</param>
    public static IEndpointConventionBuilder MapTidemarkMetrics(this IEndpointRouteBuilder routes, string pattern = "/metrics") =>
        routes.MapGet(pattern, MetricsPage.ShowAsync).ExcludeFromDescription();
}
