namespace Tidemark.Configuration;

/// <summary>Whom notices go to; null, or empty, where nobody said.</summary>
internal sealed record NoticeOptions
{
    public static readonly NoticeOptions None = new();

    public SecretSource? SlackWebhook { get; init; }

    public SecretSource? SlackToken { get; init; }

    /// <summary>Of the bot: a name with #, or an id.</summary>
    public string SlackChannel { get; init; } = SettingCatalogue.SlackChannel.Default!;

    /// <summary>Ends in a slash.</summary>
    public Uri SlackApi { get; init; } = new(SettingCatalogue.SlackApiUrl.Default!);

    public SecretSource? Webhook { get; init; }

    /// <summary>Null: what goes to the webhook is not signed.</summary>
    public SecretSource? WebhookSecret { get; init; }

    public IReadOnlyList<string> EmailTo { get; init; } = [];

    /// <summary>Set where <see cref="EmailTo"/> is, as <see cref="Smtp"/>.</summary>
    public string? EmailFrom { get; init; }

    public SecretSource? Smtp { get; init; }
}
