namespace Tidemark.Cli.Output;

/// <summary>What each channel said to a test message.</summary>
internal sealed record NotifyTestDocument(IReadOnlyList<ChannelAnswerDocument> Channels);

internal sealed record ChannelAnswerDocument(string Channel, bool Taken, string Answer, double DurationSeconds);
