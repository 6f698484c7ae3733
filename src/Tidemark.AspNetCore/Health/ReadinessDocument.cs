using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Health;

/// <summary>The answer of /health/ready.</summary>
/// <param name="Status">ready (200), degraded (200) or notReady (503).</param>
/// <param name="Checks">journal, worker, database, stores, protection.</param>
internal sealed record ReadinessDocument(ReadinessState Status, IReadOnlyList<ReadinessCheckDocument> Checks)
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        // Empty when the check itself was given up.
        var findings = report.Entries.Values.SelectMany(entry => entry.Data.GetValueOrDefault(ReadinessCheck.Findings) as IReadOnlyList<ReadinessFinding> ?? []).ToList();
        var status = findings.Select(finding => finding.State).DefaultIfEmpty(ReadinessState.NotReady).Max();
        // Also where the host lets our check be a degraded one at worst: who asks this page asks for the backups.
        context.Response.StatusCode = status == ReadinessState.NotReady ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return context.Response.WriteAsJsonAsync(new ReadinessDocument(status, [.. findings.Select(finding => new ReadinessCheckDocument(finding.Name, finding.State, finding.Words))]), ApiJson.Default.ReadinessDocument);
    }
}

/// <summary>One part of the answer.</summary>
/// <param name="Name">journal, worker, database, stores or protection.</param>
/// <param name="Status">ready, degraded or notReady.</param>
/// <param name="Words">What is wrong; null: nothing.</param>
internal sealed record ReadinessCheckDocument(string Name, ReadinessState Status, string? Words);
