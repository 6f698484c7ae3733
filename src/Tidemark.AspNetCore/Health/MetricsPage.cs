using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Tidemark.Hosting;
using Tidemark.Telemetry;

namespace Tidemark.AspNetCore.Health;

/// <summary>GET /metrics.</summary>
internal static class MetricsPage
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static async Task<ContentHttpResult> ShowAsync(ServiceMetrics metrics, CancellationToken token) => TypedResults.Text(ExpositionText.Of(await metrics.ReadAsync(token)), ContentType, Encoding.UTF8);
}
