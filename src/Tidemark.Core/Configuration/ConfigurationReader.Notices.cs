using System.Net.Mail;

namespace Tidemark.Configuration;

/// <summary>Whom to tell is read at once, where it stands there plainly: a mistake in it must show before something is to be told. What is a reference is looked at when it is needed.</summary>
internal sealed partial class ConfigurationReader
{
    private static readonly string[] WebSchemes = ["https", "http"], MailSchemes = ["smtp", "smtps"];

    private NoticeOptions ReadNotices()
    {
        var notices = new NoticeOptions
        {
            SlackWebhook = Address(SettingCatalogue.SlackWebhookUrl, WebSchemes),
            SlackToken = Secret(SettingCatalogue.SlackBotToken, text => text),
            SlackChannel = Text(SettingCatalogue.SlackChannel)!,
            SlackApi = ReadSlackApi(),
            Webhook = Address(SettingCatalogue.NotifyWebhookUrl, WebSchemes),
            WebhookSecret = Secret(SettingCatalogue.NotifyWebhookSecret, text => text),
            EmailTo = [.. (Text(SettingCatalogue.NotifyEmailTo) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            EmailFrom = Text(SettingCatalogue.NotifyEmailFrom),
            Smtp = Address(SettingCatalogue.SmtpUrl, MailSchemes),
        };
        foreach (var address in notices.EmailTo) RequireMailbox(SettingCatalogue.NotifyEmailTo, address);
        if (notices.EmailFrom is { } from) RequireMailbox(SettingCatalogue.NotifyEmailFrom, from);
        Setting[] mail = [SettingCatalogue.NotifyEmailTo, SettingCatalogue.NotifyEmailFrom, SettingCatalogue.SmtpUrl];
        if (mail.Where(setting => layers.Get(setting).Value is null).ToList() is { Count: 1 or 2 } missing)
            faults.Add($"mail needs {string.Join(", ", mail.Select(setting => setting.Variable))}: {string.Join(" and ", missing.Select(setting => setting.Variable))} is not set");
        return notices;
    }

    private Uri ReadSlackApi()
    {
        var text = Text(SettingCatalogue.SlackApiUrl)!;
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var api) && WebSchemes.Contains(api.Scheme)) return api;
        faults.Add(SettingCatalogue.SlackApiUrl, text, layers.Get(SettingCatalogue.SlackApiUrl).Origin, "must be an address that begins with https:// or http://");
        return new Uri(SettingCatalogue.SlackApiUrl.Default!);
    }

    private void RequireMailbox(Setting setting, string address)
    {
        if (!MailAddress.TryCreate(address, out _)) faults.Add(setting, address, layers.Get(setting).Origin, "this is no address of a mailbox");
    }

    /// <summary>An address that is a secret.</summary>
    private SecretSource? Address(Setting setting, string[] schemes)
    {
        var (text, origin) = layers.Get(setting);
        if (text is not null && !SecretReference.IsReference(text) && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme) && address.Host.Length > 0))
            faults.Add(setting, text, origin, $"must be an address that begins with {string.Join(" or ", schemes.Select(scheme => $"{scheme}://"))}");
        return Secret(setting, said => said);
    }
}
