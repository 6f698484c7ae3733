namespace Tidemark.Notifications;

/// <summary>A message as people read it: what is at risk, since when, the recovery point against its objective, one thing to do.</summary>
internal static class NoticeText
{
    /// <summary>Of one line: an error may quote pages, and Slack cuts at 4,000 characters.</summary>
    private const int Longest = 600;

    public static string Subject(NoticeMessage message) => OneLine($"{Mark(message)} {Of(message)}{message.Title}");

    /// <summary>The lines under the subject, without one at their end.</summary>
    public static string Body(NoticeMessage message)
    {
        List<string> lines = [message.Event == "over" ? $"was at risk: {OneLine(message.Text)}" : message.Event == "test" ? OneLine(message.Text) : $"at risk: {OneLine(message.Text)}"];
        if (message.Event == "over") lines.Add($"it lasted from {At(message.Since)} to {At(message.At)}, {Ages.InWords(message.At - message.Since)}");
        else if (message.Event != "test") lines.Add($"since: {At(message.Since)}{(message.At - message.Since >= TimeSpan.FromMinutes(1) ? $", {Ages.InWords(message.At - message.Since)} ago" : "")}");
        if (message.RecoveryPoint is { } point) lines.Add($"recovery point: {At(point)}, {Span(message.RecoveryPointAgeSeconds!.Value)} old{Allowed(message)}");
        else if (message.ObjectiveSeconds is not null) lines.Add($"recovery point: none{Allowed(message)}");
        if (message.Next is { } next) lines.Add($"next: {OneLine(next)}");
        lines.Add($"told by {OneLine(message.Host)} at {At(message.At)}");
        return string.Join('\n', lines);
    }

    private static string Mark(NoticeMessage message) => message.Event switch
    {
        "over" => "[over]",
        "test" => "[test]",
        "reminded" => $"[{message.Severity}, still]",
        "worsened" => $"[{message.Severity}, worse]",
        _ => $"[{message.Severity}]",
    };

    private static string Of(NoticeMessage message) => message switch
    {
        { Database.Length: > 0 } => $"{message.Database}: ",
        { Place: { } place } => $"{place}: ",
        _ => "",
    };

    private static string Allowed(NoticeMessage message) => message.ObjectiveSeconds is { } seconds ? $"; BACKUP_RPO allows {new Duration(TimeSpan.FromSeconds(seconds))}" : "";

    private static string Span(double seconds) => Ages.InWords(TimeSpan.FromSeconds(seconds));

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    /// <summary>Names come from servers and files: a line break in one must neither end a header of a mail nor begin a line of ours.</summary>
    private static string OneLine(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
        return line.Length <= Longest ? line : $"{line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)]}…";
    }
}
