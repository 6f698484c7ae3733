using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Health;

/// <summary>Readiness as a host's health checks see it.</summary>
internal sealed class ReadinessCheck(Readiness readiness) : IHealthCheck
{
    /// <summary>In the data of the result: all findings.</summary>
    public const string Findings = "findings";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var findings = await readiness.ReadAsync(cancellationToken);
        var worst = findings.Max(finding => finding.State);
        var status = worst switch { ReadinessState.Ready => HealthStatus.Healthy, ReadinessState.Degraded => HealthStatus.Degraded, _ => context.Registration.FailureStatus };
        return new HealthCheckResult(status, string.Join("; ", findings.Select(finding => finding.Words).OfType<string>()), data: new Dictionary<string, object> { [Findings] = findings });
    }
}
