using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Tidemark.AspNetCore.Access;

namespace Tidemark.AspNetCore;

/// <summary>Logs of the service: stderr, one line each, for stdout belongs to the audit events.</summary>
internal static class ServiceLog
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    public static void Set(ILoggingBuilder logging, bool json)
    {
        // Of each request and of its own start the framework tells at Information, of health at each probe: noise beside a backup.
        logging.ClearProviders().AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None).AddFilter(typeof(TokenHandler).FullName, LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json) logging.AddJsonConsole(line => (line.TimestampFormat, line.UseUtcTimestamp) = (Time.Trim(), true));
        // The journal of systemd has the time already, and reads the level from the line.
        else if (SystemdHelpers.IsSystemdService()) logging.AddSystemdConsole();
        else logging.AddSimpleConsole(line => (line.SingleLine, line.TimestampFormat, line.UseUtcTimestamp, line.ColorBehavior) = (true, Time, true, LoggerColorBehavior.Disabled));
    }
}
