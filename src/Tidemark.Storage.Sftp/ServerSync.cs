using System.Diagnostics;
using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Tidemark.Storage.Sftp;

/// <summary>fsync on the server (fsync@openssh.com): without it a backup that is said to be there may be gone after the server's power fails.</summary>
/// <remarks>
/// SSH.NET has no such call. But its request for fstatvfs@openssh.com is the same on the wire but for the name: so one is made and given the other name, by way of members that are not public.
/// They are those of the version that Directory.Packages.props names; a newer one that lacks them fails every upload, and every test of it.
/// </remarks>
internal static class ServerSync
{
    private const string Name = "fsync@openssh.com", Session = "Renci.SshNet.Sftp.SftpSession, Renci.SshNet", Status = "Renci.SshNet.Sftp.Responses.SftpStatusResponse, Renci.SshNet",
        StatusAction = "System.Action`1[[Renci.SshNet.Sftp.Responses.SftpStatusResponse, Renci.SshNet]]", ReplyAction = "System.Action`1[[Renci.SshNet.Sftp.Responses.SftpExtendedReplyResponse, Renci.SshNet]]";

    /// <summary>Blocks until the server has done it. Where the server does not know it, nothing is done.</summary>
    public static void Run(SftpClient client, byte[] handle)
    {
        var session = SessionOf(client);
        if (!Extensions(session).ContainsKey(Name)) return;
        var answer = new TaskCompletionSource<StatusCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<object> onReply = _ => answer.TrySetResult(StatusCode.BadMessage);
        Action<object> onStatus = response => answer.TrySetResult(StatusOf(response));
        var request = NewRequest((uint)client.ProtocolVersion, NextId(session), handle, onReply, onStatus);
        Rename(request, Name);
        Send(session, request);
        // Of a lost connection SSH.NET tells only those who wait in its own way.
        var asked = Stopwatch.StartNew();
        while (!answer.Task.Wait(TimeSpan.FromMilliseconds(250)))
        {
            if (!client.IsConnected) throw new SshConnectionException("the connection was lost before the file was on the server's disk");
            if (asked.Elapsed > client.OperationTimeout) throw new SshOperationTimeoutException("the file was not on the server's disk in time");
        }
        if (answer.Task.Result is not StatusCode.Ok and var refused) throw new SftpException(refused, "the server could not write the file to its disk (fsync)");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_SftpSession")]
    [return: UnsafeAccessorType("Renci.SshNet.Sftp.ISftpSession, Renci.SshNet")]
    private static extern object SessionOf(SftpClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_supportedExtensions")]
    private static extern ref IDictionary<string, string> Extensions([UnsafeAccessorType(Session)] object session);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_NextRequestId")]
    private static extern uint NextId([UnsafeAccessorType(Session)] object session);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Renci.SshNet.Sftp.Requests.FStatVfsRequest, Renci.SshNet")]
    private static extern object NewRequest(uint version, uint id, byte[] handle, [UnsafeAccessorType(ReplyAction)] object onReply, [UnsafeAccessorType(StatusAction)] object onStatus);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Name")]
    private static extern void Rename([UnsafeAccessorType("Renci.SshNet.Sftp.Requests.SftpExtendedRequest, Renci.SshNet")] object request, string name);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendRequest")]
    private static extern void Send([UnsafeAccessorType(Session)] object session, [UnsafeAccessorType("Renci.SshNet.Sftp.Requests.SftpRequest, Renci.SshNet")] object request);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_StatusCode")]
    private static extern StatusCode StatusOf([UnsafeAccessorType(Status)] object response);
}
