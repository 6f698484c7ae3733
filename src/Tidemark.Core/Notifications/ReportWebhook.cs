using System.Globalization;
using Tidemark.Configuration;
using Tidemark.Drills.Evidence;

namespace Tidemark.Notifications;

/// <summary>The receiver of notices gets each report of a drill as well: the body is the very bytes that were signed, so that whoever has the public key can verify them.</summary>
/// <remarks>In the order of their numbers; none before an earlier one was taken. Killed between the answer and its note, it is sent again under the same id.</remarks>
internal sealed class ReportWebhook(SecretSource address, SecretSource? secret, WebPost post, TimeProvider clock) : IEvidencePlace
{
    public string Name => "webhook";

    public async Task BringAsync(EvidenceFolder folder, int after, Action<int> taken, CancellationToken token)
    {
        foreach (var report in folder.Reports().Where(report => report.Number > after))
        {
            using var request = Request(report);
            var answer = await post.SendAsync(request, null, token);
            if (!answer.Taken) throw new Fault(FaultCode.Store, $"the webhook did not take the report {report.Name}") { Where = "NOTIFY_WEBHOOK_URL", Why = answer.Words, Next = "tidemark notify test" };
            taken(report.Number);
        }
    }

    private HttpRequestMessage Request(EvidenceFile report)
    {
        var signature = report.Path + EvidenceFolder.Signature;
        if (!File.Exists(signature)) throw new Fault(FaultCode.Verification, "a report without its signature is not sent") { Where = signature, Next = "tidemark drill verify" };
        var bytes = File.ReadAllBytes(report.Path);
        var request = WebhookChannel.Request(address, secret, bytes, report.RunId, clock);
        request.Headers.Add("Tidemark-Event", "drill-report");
        request.Headers.Add("Tidemark-Report", report.Number.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Tidemark-Report-Signature", $"ecdsa-p256-sha256={Convert.ToBase64String(File.ReadAllBytes(signature))}");
        return request;
    }
}
