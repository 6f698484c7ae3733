using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>Mail, over a server of the user's.</summary>
internal sealed class EmailChannel(SecretSource server, IReadOnlyList<string> to, string from, TimeSpan patience) : INoticeChannel
{
    public string Name => "email";

    public async Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
    {
        var place = SecretAddress.Of(server);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(patience);
        try
        {
            using var message = Compose(envelope);
            // As for every other request of ours: a list of revoked certificates that cannot be fetched must not silence the mail.
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            await ConnectAsync(client, place, limit.Token);
            await client.SendAsync(message, limit.Token);
            // It is taken by now: a farewell that fails must not send it twice.
            await LeaveAsync(client, limit.Token);
            return new ChannelAnswer(true, "the mail server took it");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return ChannelAnswer.Refused($"no answer within {Ages.InWords(patience)}");
        }
        catch (Exception failed) when (InWords(failed) is { } words)
        {
            return ChannelAnswer.Refused(words);
        }
    }

    /// <summary>A password is never sent in the clear: without STARTTLS there is no login.</summary>
    private static async Task ConnectAsync(SmtpClient client, Uri place, CancellationToken token)
    {
        var login = place.UserInfo.Split(':', 2) is [var name, var word] ? new System.Net.NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(word)) : null;
        var (tls, port) = (place.Scheme == "smtps", place.Port);
        await client.ConnectAsync(place.Host, port > 0 ? port : tls ? 465 : 587,
            tls ? SecureSocketOptions.SslOnConnect : login is null ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls, token);
        if (login is not null) await client.AuthenticateAsync(login, token);
    }

    private static async Task LeaveAsync(SmtpClient client, CancellationToken token)
    {
        try
        {
            await client.DisconnectAsync(true, token);
        }
        catch (Exception broken) when (broken is IOException or SocketException or ProtocolException or ServiceNotConnectedException or OperationCanceledException)
        {
            // It wanted to go, and is gone.
        }
    }

    private MimeMessage Compose(NoticeEnvelope envelope)
    {
        var message = new MimeMessage { Subject = NoticeText.Subject(envelope.Message), Date = envelope.Message.At, MessageId = $"{envelope.Id}@tidemark.invalid", Body = new TextPart("plain") { Text = NoticeText.Body(envelope.Message) + "\n" } };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.AddRange(to.Select(MailboxAddress.Parse));
        // No answer from a machine that is on holiday.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    /// <summary>In our own words: what servers say may hold the address of the login. Null: nothing of a mail server's.</summary>
    private static string? InWords(Exception failed) => failed switch
    {
        AuthenticationException or ServiceNotAuthenticatedException => "the mail server does not accept the login",
        SslHandshakeException or System.Security.Authentication.AuthenticationException => "no secure connection could be made: its certificate is not trusted, or it speaks no TLS there",
        NotSupportedException => "the mail server offers no STARTTLS: the password is not sent in the clear",
        SmtpCommandException refused => $"the mail server refused it with {(int)refused.StatusCode}",
        ProtocolException => "it does not answer as a mail server does",
        SocketException socket => $"it cannot be reached: {new SocketException((int)socket.SocketErrorCode).Message}",
        IOException or ServiceNotConnectedException => "the connection broke",
        _ => null,
    };
}
