using Tidemark.Configuration;
using Tidemark.Notifications;

namespace Tidemark.Clusters;

/// <summary>Whether anybody is told when backups fail, and whether it arrives. Sends nothing.</summary>
internal static class NoticesCheck
{
    private static readonly CheckSubject Subject = new("notices", "who is told when something fails", FaultCode.Configuration);

    public static Task<Check> LookAsync(string stateFolder, NoticeOptions options, TimeProvider clock) => Subject.LookAsync(() => Task.FromResult(Judge(NoticeReading.Read(stateFolder, options, clock))));

    public static Check Judge(NoticeReading reading)
    {
        if (reading.Waiting.Count == 0) return Subject.Ok("nobody: no channel is set (SLACK_WEBHOOK_URL, SLACK_BOT_TOKEN, NOTIFY_WEBHOOK_URL, NOTIFY_EMAIL_TO)");
        if (reading.Failing.Count > 0) return Subject.Warn(string.Join("; ", reading.Failing.Select(failing => failing.InWords)), "tidemark notify test");
        return Subject.Ok($"{string.Join(", ", reading.Waiting.Keys)}{(reading.Open.Count == 0 ? "" : $"; {reading.Open.Count} open incidents were told")}");
    }
}
