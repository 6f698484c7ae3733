using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tidemark.AspNetCore;
using Tidemark.AspNetCore.Access;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

internal static class ServeCommand
{
    public static Command Build(Terminal terminal)
    {
        var urls = new Option<string>("--urls") { Description = "where to listen, as scheme://host:port", DefaultValueFactory = _ => "http://127.0.0.1:8432", HelpName = "URLS" };
        var pathBase = new Option<string?>("--path-base") { Description = "what a proxy leaves in front of every path, such as /backups", HelpName = "PATH" };
        var proxies = new Option<string[]>("--proxy") { Description = "a proxy whose X-Forwarded headers are believed (may be given again)", HelpName = "ADDRESS" };
        var logs = new Option<string>("--log-format") { Description = "how logs are written to stderr: text or json", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        logs.AcceptOnlyFromAmong("text", "json");
        var command = new Command("serve", "Run as a service: schedules, the admin API, metrics and health.") { urls, pathBase, proxies, logs };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Serve(terminal);
            session.Notices.Leave();
            // Nothing that it does is of use without: better told now than by every run.
            _ = session.Database;
            var options = ServeOptions.Of(parsed.GetValue(urls)!, parsed.GetValue(pathBase), parsed.GetValue(proxies) ?? []) with { JsonLogs = parsed.GetValue(logs) == "json" };
            await using var app = TidemarkHost.Build(session.Workbench, options, terminal.Output);
            await HostStart.RunAsync(app, options.Urls, token);
            if (await app.Services.GetRequiredService<TokenRegister>().FirstAsync() is { } secret) terminal.Remark($"nobody has a token yet, so one of role admin was made; it is not shown again: {secret}");
            foreach (var url in app.Urls)
            {
                if (ServeOptions.WarningOf(url) is { } warning) terminal.Remark(warning);
                terminal.Remark($"listening on {url}");
            }
            using var asked = token.Register(() => app.Lifetime.StopApplication());
            foreach (var warning in await ObjectiveWarnings.LookAsync(session, token)) terminal.Remark($"warning: {warning}");
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark serve", "on http://127.0.0.1:8432, until it is told to stop"),
            ("tidemark serve --urls http://127.0.0.1:9000", "on another port"),
            ("tidemark serve --path-base /backups --proxy 127.0.0.1", "behind a proxy that leaves /backups in front of every path"));
    }
}
