using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Tidemark.AspNetCore;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

internal static class ServeCommand
{
    public static Command Build(Terminal terminal)
    {
        var urls = new Option<string>("--urls") { Description = "where to listen, as scheme://host:port", DefaultValueFactory = _ => "http://127.0.0.1:8432", HelpName = "URLS" };
        var logs = new Option<string>("--log-format") { Description = "how logs are written to stderr: text or json", DefaultValueFactory = _ => "text", HelpName = "FORMAT" };
        logs.AcceptOnlyFromAmong("text", "json");
        var command = new Command("serve", "Run as a service: schedules, the admin API, metrics and health.") { urls, logs };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            session.Notices.Leave();
            await using var app = TidemarkHost.Build(session.Workbench, parsed.GetValue(urls)!, terminal.Output, parsed.GetValue(logs) == "json");
            await app.StartAsync(token);
            foreach (var url in app.Urls) terminal.Remark($"listening on {url}");
            using var asked = token.Register(() => app.Lifetime.StopApplication());
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark serve", "on http://127.0.0.1:8432, until it is told to stop"),
            ("tidemark serve --urls http://127.0.0.1:9000", "on another port"));
    }
}
