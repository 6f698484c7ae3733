using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Tidemark.Storage.Sftp;

/// <summary>One connection for all that a store does: requests of many threads share it, and each is answered by its number. Made when it is first needed, and again after it was lost.</summary>
internal sealed class SftpConnection(SftpOptions options) : IAsyncDisposable
{
    /// <summary>How long a server may say nothing. OpenSSH has 2 MB on their way at most: so a line of 40 kB/s is still not taken for a dead one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly SemaphoreSlim gate = new(1);
    private SftpRoot? current;

    /// <summary>A few requests and their answers. SSH.NET waits by blocking: so it waits on a thread of the pool, and no longer than <see cref="Patience"/>.</summary>
    /// <param name="key">For the fault.</param>
    /// <param name="again">It does no harm when the first try was carried out and only its answer got lost.</param>
    /// <param name="work">What is asked.</param>
    /// <param name="token">Ends the waiting.</param>
    public async Task<T> AskAsync<T>(string key, bool again, Func<SftpRoot, T> work, CancellationToken token)
    {
        while (true)
        {
            var root = await OpenAsync(token);
            try
            {
                return await Task.Run(() => work(root), token).WaitAsync(Patience, token);
            }
            catch (Exception failed) when (SftpFault.Knows(failed))
            {
                var silent = failed is TimeoutException or SshOperationTimeoutException;
                if (!again || silent || SftpFault.IsAnswer(failed)) throw await FaultAsync(failed, root, key, again ? "nothing was changed" : "whether it was still done is not known: look before it is tried again");
                Forget(root);
                again = false;
            }
        }
    }

    /// <summary>What is to be told of a failure; without an answer the connection is given up. The protocol has no word for a full disk: it says no more than that something failed.</summary>
    public async Task<Fault> FaultAsync(Exception failed, SftpRoot root, string key, string leftWithoutAnswer)
    {
        if (!SftpFault.IsAnswer(failed))
        {
            Forget(root);
            return SftpFault.Of(failed, options, key, leftWithoutAnswer);
        }
        if (failed is not SftpException { StatusCode: StatusCode.Failure }) return SftpFault.Of(failed, options, key);
        try
        {
            return await Task.Run(root.IsFull).WaitAsync(Patience) ? SftpFault.Full(failed, options, key) : SftpFault.Of(failed, options, key);
        }
        catch (Exception unknown) when (SftpFault.Knows(unknown))
        {
            return SftpFault.Of(failed, options, key);
        }
    }

    /// <exception cref="Fault">6 the key, 8 the server.</exception>
    public async Task<SftpRoot> OpenAsync(CancellationToken token)
    {
        await gate.WaitAsync(token);
        try
        {
            if (current is { Client.IsConnected: true }) return current;
            if (current is { } lost) Forget(lost);
            return current = await ConnectAsync(token);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>False when it was given up.</summary>
    public bool Holds(SftpRoot root) => ReferenceEquals(current, root);

    /// <summary>What is still waiting for an answer over it ends with an error. Not waited for: a server that is stopped answers no goodbye either.</summary>
    private void Forget(SftpRoot root)
    {
        Interlocked.CompareExchange(ref current, null, root);
        _ = Leave(root.Client);
    }

    public async ValueTask DisposeAsync()
    {
        if (current is { } root) await Task.WhenAny(Leave(root.Client), Task.Delay(TimeSpan.FromSeconds(2)));
        gate.Dispose();
    }

    private async Task<SftpRoot> ConnectAsync(CancellationToken token)
    {
        var check = new HostKeyCheck(options.Address, options.Port, KnownHosts.Read(options.KnownHostsFile));
        var keys = SftpKeys.Read(options);
        var info = new ConnectionInfo(options.Address.Host, options.Port, options.Address.User!, new PrivateKeyAuthenticationMethod(options.Address.User!, [.. keys])) { Timeout = Patience };
        check.Prefer(info.HostKeyAlgorithms);
        var client = new SftpClient(info) { OperationTimeout = Patience, KeepAliveInterval = TimeSpan.FromSeconds(15) };
        client.HostKeyReceived += (_, offered) => check.Judge(offered);
        try
        {
            return await Task.Run(
                async () =>
                {
                    await client.ConnectAsync(token);
                    return SftpRoot.Of(client, options.Address);
                },
                token).WaitAsync(Patience, token);
        }
        catch (Exception failed) when (SftpFault.Knows(failed))
        {
            _ = Leave(client);
            throw check.Refusal ?? SftpFault.Of(failed, options, "", "nothing was changed");
        }
        catch (OperationCanceledException)
        {
            _ = Leave(client);
            throw;
        }
    }

    private static Task Leave(SftpClient client) => Task.Run(() =>
    {
        try
        {
            client.Dispose();
        }
        catch (Exception gone) when (SftpFault.Knows(gone))
        {
            // It is left because it is gone already.
        }
    });
}
