using System.Net;
using System.Text.Json;

namespace Tidemark.EndToEnd.Support;

/// <summary>A real Prometheus with a real Alertmanager on loopback (build/prometheus), with the rules that we ship.</summary>
public sealed class Prometheus : IAsyncDisposable
{
    private static readonly StoreScript Script = new("prometheus", "prometheus");
    private readonly Scratch scratch = new("prometheus");
    private readonly HttpListener receiver = new();
    private readonly List<JsonElement> received = [];
    private readonly HttpClient http;
    private RunningProgram? server, alertmanager;

    private Prometheus(int port) => http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    /// <summary>Skips the test, with the reason, where it was not laid. Returns the folder of its programs.</summary>
    public static async Task<string> RequireAsync()
    {
        Script.Require();
        return (await Script.OutputAsync("bin")).Trim();
    }

    /// <summary>Scrapes this address, and judges, each second.</summary>
    public static async Task<Prometheus> StartAsync(Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var bin = await RequireAsync();
        var (port, alerts, hook) = (Ports.Free(), Ports.Free(), Ports.Free());
        var prometheus = new Prometheus(port);
        prometheus.receiver.Prefixes.Add($"http://127.0.0.1:{hook}/");
        prometheus.receiver.Start();
        _ = prometheus.ReceiveAsync();
        var folder = prometheus.scratch.Folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "alertmanager.yml"), $$"""
            route: { receiver: test, group_by: [alertname, database], group_wait: 0s, group_interval: 1s }
            receivers: [{ name: test, webhook_configs: [{ url: 'http://127.0.0.1:{{hook}}/' }] }]
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ['{{Path.Combine(Workshop.Repository, "deploy", "prometheus", "rules.yml")}}']
            scrape_configs: [{ job_name: tidemark, static_configs: [{ targets: ['{{target.Authority}}'] }] }]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:{{alerts}}'] }] }] }
            """);
        prometheus.alertmanager = await Script.StartAsync("alertmanager", $"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/alerts", $"--web.listen-address=127.0.0.1:{alerts}", "--cluster.listen-address=");
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(bin, "prometheus"), [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}", "--rules.alert.resend-delay=1s"])
        { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        prometheus.server = new RunningProgram(await ChildProcess.StartAsync(start), "prometheus");
        await Ports.AnswerAsync(alerts, prometheus.alertmanager);
        await prometheus.server.SaysAsync("Server is ready to receive web requests");
        return prometheus;
    }

    /// <summary>What the API answers; a query that it cannot run is an exception that quotes it.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query)
    {
        using var answer = await http.GetAsync(new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative), TestContext.Current.CancellationToken);
        var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        return document.GetProperty("status").GetString() == "success" ? [.. document.GetProperty("data").GetProperty("result").EnumerateArray()] : throw new InvalidOperationException($"{query}: {document}");
    }

    /// <summary>Returns when the query has an answer.</summary>
    public async Task AnswersAsync(string query)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await QueryAsync(query)).Count == 0) await Task.Delay(100, patience.Token);
    }

    /// <summary>The alert that Alertmanager has passed on, with this name and state.</summary>
    public async Task<JsonElement> AlertedAsync(string name, string status = "firing")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            lock (received)
                foreach (var alert in received)
                    if (alert.GetProperty("labels").GetProperty("alertname").GetString() == name && alert.GetProperty("status").GetString() == status) return alert;
            await Task.Delay(100, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (alertmanager is not null) await alertmanager.DisposeAsync();
        receiver.Close();
        http.Dispose();
        scratch.Dispose();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var context = await receiver.GetContextAsync();
                using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
                lock (received) received.AddRange(body.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.Clone()));
                context.Response.Close();
            }
        }
        catch (Exception over) when (over is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
