using System.Net.Sockets;
using Renci.SshNet.Common;

namespace Tidemark.Storage.Sftp;

/// <summary>What an SFTP server answers, or does not, told as a <see cref="Fault"/>.</summary>
internal static class SftpFault
{
    /// <summary>Whatever SSH.NET throws: what it is asked for is right, so an argument or a state that it complains of is a connection that went away.</summary>
    public static bool Knows(Exception failed) => failed is SshException or SocketException or IOException or TimeoutException or InvalidOperationException or NotSupportedException;

    /// <summary>The server has answered: asking it again would give the same.</summary>
    public static bool IsAnswer(Exception failed) => failed is SftpException or SshAuthenticationException or NotSupportedException;

    public static Fault Of(Exception failed, SftpOptions options, string key, string left = "no object was made or changed under that name")
    {
        var address = options.Address;
        var (what, next) = failed switch
        {
            SshAuthenticationException => ("the SFTP server refuses the key", $"give it the public half: ssh-copy-id -i {options.IdentityFile ?? "KEY"}.pub -p {options.Port} {address.User}@{address.Host}"),
            SftpPermissionDeniedException => ("the SFTP server refuses access", $"look who owns the folder: sftp -P {options.Port} {address.User}@{address.Host}, then ls -la"),
            NotSupportedException => ("the SFTP server lacks what is needed to replace an object in one step", "use a server that has posix-rename@openssh.com, as OpenSSH does"),
            SftpException => ("the SFTP server answered with an error", "try again; if it repeats, ask whoever runs the server"),
            SshOperationTimeoutException or TimeoutException => ("the SFTP server does not answer", $"look whether it is alive: sftp -P {options.Port} {address.User}@{address.Host}"),
            _ => ("the SFTP server cannot be reached", $"check the address and the network: sftp -P {options.Port} {address.User}@{address.Host}"),
        };
        return new Fault(FaultCode.Store, what, failed) { Where = key.Length == 0 ? address.ToString() : $"{key} in {address}", Why = WhyOf(failed), Left = left, Next = next };
    }

    private static string WhyOf(Exception failed) => failed switch
    {
        SshOperationTimeoutException or TimeoutException => $"nothing came from it for {SftpConnection.Patience.TotalSeconds:0} seconds",
        { InnerException: SocketException network } => network.Message,
        _ => failed.Message,
    };

    public static Fault Full(Exception failed, SftpOptions options, string key) => new(FaultCode.DiskFull, "the disk of the SFTP server is full", failed)
    {
        Where = $"{key} in {options.Address}",
        Why = "statvfs@openssh.com says that nothing is free",
        Left = "no object was made or changed under that name",
        Next = "make room on the server, or: tidemark prune",
    };
}
