using System.CommandLine;
using System.Diagnostics;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Notifications;

namespace Tidemark.Cli.Commands;

internal static class NotifyCommand
{
    public static Command Build(Terminal terminal) => new Command("notify", "Notices: what people are told when backups are at risk.") { Test(terminal) }
        .Teach(CommandGroup.SetUp, ("tidemark notify test", "a test message to each channel that is set"));

    private static Command Test(Terminal terminal)
    {
        var command = new Command("test", "Send a test message to each channel that is set, and say what it answered.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            var channels = new NoticeDesk(session.Workbench).Channels;
            if (channels.Count == 0)
                throw new Fault(FaultCode.Configuration, "nobody is told of anything: no channel is set") { Where = session.Options.ProjectRoot, Why = "none of SLACK_WEBHOOK_URL, SLACK_BOT_TOKEN, NOTIFY_WEBHOOK_URL and NOTIFY_EMAIL_TO is set", Next = "export SLACK_WEBHOOK_URL=file:/run/secrets/slack # or another one, then: tidemark notify test" };
            var answers = await Task.WhenAll(channels.Select(channel => TryAsync(channel, session, token)));
            foreach (var answer in answers) terminal.Say($"{(answer.Taken ? "taken  " : "REFUSED")} {answer.Channel}: {answer.Answer} ({Ages.InWords(TimeSpan.FromSeconds(answer.DurationSeconds))})");
            if (terminal.Json) CliJson.Write(terminal.Output, new NotifyTestDocument(answers), CliJson.Default.NotifyTestDocument);
            return answers.All(answer => answer.Taken) ? 0 : FaultCode.Failed.ExitCode;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark notify test", "what each of them answers"),
            ("tidemark notify test --json", "the same for a program"));
    }

    private static async Task<ChannelAnswerDocument> TryAsync(INoticeChannel channel, Session session, CancellationToken token)
    {
        var now = session.Clock.GetUtcNow();
        var message = new NoticeMessage
        {
            Event = "test",
            Severity = "warning",
            Database = session.Options.Database?.Database ?? "",
            Cause = "test",
            Title = "this is a test",
            Text = "nothing is at risk: somebody typed tidemark notify test",
            Since = now,
            At = now,
            Host = Environment.MachineName,
        };
        var began = Stopwatch.GetTimestamp();
        ChannelAnswer answer;
        try
        {
            answer = await channel.SendAsync(new NoticeEnvelope(Guid.NewGuid().ToString("N"), 0, message), token);
        }
        catch (Fault unreadable)
        {
            answer = ChannelAnswer.Refused(unreadable.InOneLine);
        }
        return new ChannelAnswerDocument(channel.Name, answer.Taken, answer.Words, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 3));
    }
}
