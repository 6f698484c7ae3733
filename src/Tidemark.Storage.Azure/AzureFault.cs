using System.Xml;
using Azure;

namespace Tidemark.Storage.Azure;

/// <summary>What a container answers, told as a <see cref="Fault"/>.</summary>
/// <remarks>The exceptions of the SDK are not carried along: they quote answers, and what stands between here and Azure may quote a shared access signature in one.</remarks>
internal static class AzureFault
{
    /// <param name="failed">What was thrown.</param>
    /// <param name="token">Of the caller: a cancellation that is not theirs is the network's time that ran out.</param>
    public static bool Knows(Exception failed, CancellationToken token) => failed is RequestFailedException or AggregateException or HttpRequestException or IOException or TimeoutException or XmlException
        || (failed is OperationCanceledException && !token.IsCancellationRequested);

    /// <summary>409, or 412; 403 when a shared access signature allows to create and not to overwrite.</summary>
    public static bool IsTaken(RequestFailedException answer) => answer.Status == 412 || answer.ErrorCode is "BlobAlreadyExists" or "UnauthorizedBlobOverwrite";

    /// <summary>The blob, not its container: whoever else answers 404 does not say that there is no object.</summary>
    public static bool IsMissing(RequestFailedException answer) => answer.ErrorCode is "BlobNotFound";

    public static Fault Of(Exception failed, AzureOptions options, string key)
    {
        var last = failed is AggregateException { InnerExceptions: [.., var one] } ? one : failed;
        var answer = last is RequestFailedException { Status: > 0 } some ? some : null;
        var full = answer is { Status: 507 };
        return new Fault(full ? FaultCode.DiskFull : FaultCode.Store, answer switch
        {
            _ when full => "the object store is full, or the quota is used up",
            { ErrorCode: "ContainerNotFound" or "ContainerBeingDeleted" } => "there is no such container",
            { Status: 401 or 403 } => "the object store refuses access",
            { Status: 429 or 503 } => "the object store is overloaded, and was so at every try",
            { ErrorCode: "InvalidBlockList" } => "another upload of the same object was completed meanwhile, and took away the blocks of this one",
            null when last is XmlException => "what answers does not speak as Azure Blob Storage does",
            null => "the object store cannot be reached",
            _ => "the object store answered with an error",
        })
        {
            Where = $"{key} in {options.Address}",
            Why = answer is null ? Silence(last) : Said(answer),
            Left = "no object was made or changed under that name",
            Next = answer switch
            {
                { ErrorCode: "ContainerNotFound" } => $"az storage container create --name {options.Container}",
                { Status: 401 or 403 } when Detail(answer).StartsWith("Request date header too old", StringComparison.Ordinal) => "set this machine's clock: timedatectl",
                { Status: 401 or 403 } => "check the key or signature in AZURE_STORAGE_CONNECTION_STRING, its end and its rights",
                null => "check the endpoint in AZURE_STORAGE_CONNECTION_STRING and the network, then try again",
                _ => "try again; if it repeats, ask whoever runs the store",
            },
        };
    }

    /// <summary>The first line alone: the rest holds the whole answer. It says nothing where the answer had no words.</summary>
    private static string Said(RequestFailedException answer)
    {
        var words = answer.Message.Split('\n')[0].Trim();
        var said = words.StartsWith("Service request failed", StringComparison.Ordinal) ? answer.ErrorCode : answer.ErrorCode is { Length: > 0 } code ? $"{code}: {words}" : words;
        return $"{said} (HTTP {answer.Status})".TrimStart();
    }

    private static string Detail(RequestFailedException answer) => answer.Data["AuthenticationErrorDetail"] as string ?? "";

    private static string Silence(Exception failed)
    {
        for (var cause = failed; cause is not null; cause = cause.InnerException)
        {
            if (cause is TimeoutException) return $"no connection within {AzurePatience.Connect.TotalSeconds:0} s, at every try";
            if (cause is OperationCanceledException { InnerException: not TimeoutException }) return "no answer in time, at every try";
        }
        return failed.GetBaseException().Message.Split('\n')[0].Trim();
    }
}
