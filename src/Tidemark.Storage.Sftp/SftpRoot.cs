using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Tidemark.Storage.Sftp;

/// <summary>The folder of a store, seen through one connection. All methods block until the server has answered.</summary>
/// <param name="Client">Connected.</param>
/// <param name="Path">Absolute, without links; it need not be there yet.</param>
/// <param name="Address">For faults.</param>
internal sealed record SftpRoot(SftpClient Client, string Path, StoreAddress Address)
{
    public const string Uploads = ".tidemark/uploads";

    private bool uploadsMade;

    public static SftpRoot Of(SftpClient client, StoreAddress address)
    {
        // The part of it that is there already is asked for; the rest cannot hold links.
        var (there, rest) = (address.Path, "");
        while (true)
        {
            try
            {
                var found = client.Get(there);
                if (!found.IsDirectory) throw new Fault(FaultCode.Store, "the folder of the store is no folder") { Where = address.ToString(), Why = $"{found.FullName} is something else", Next = "name another folder in the address" };
                return new SftpRoot(client, Under(found.FullName, rest), address);
            }
            catch (SftpPathNotFoundException) when (there is not ("." or "/"))
            {
                var slash = there.LastIndexOf('/');
                rest = Under(there[(slash + 1)..], rest);
                there = slash switch { < 0 => ".", 0 => "/", _ => there[..slash] };
            }
        }
    }

    public string PathOf(string key) => Under(Path, key);

    /// <summary>Null when nothing is there.</summary>
    /// <exception cref="Fault">5: a link is in the way. SSH.NET follows links, whatever it is asked to do: it would remove or replace what they lead to.</exception>
    public ISftpFile? Look(string key)
    {
        try
        {
            var found = Client.Get(PathOf(key));
            return found.FullName == PathOf(key) ? found
                : throw new Fault(FaultCode.OutsideStore, "this name cannot be used inside the store") { Where = $"{key} in {Address}", Why = $"a symbolic link in it leads to {found.FullName}", Next = "name the folder that it leads to in the address" };
        }
        catch (SftpPathNotFoundException)
        {
            // Of what is not there the server resolves no links: of the folder that it would lie in, it does.
            if (key.LastIndexOf('/') is var slash and > 0) Look(key[..slash]);
            return null;
        }
    }

    /// <summary>Null when the folder is not there.</summary>
    /// <param name="folder">Below the root; empty for the root.</param>
    public IReadOnlyList<ISftpFile>? List(string folder)
    {
        try
        {
            return [.. Client.ListDirectory(PathOf(folder)).Where(entry => entry.Name is not ("." or ".."))];
        }
        catch (SftpPathNotFoundException)
        {
            return null;
        }
    }

    public void MakeUploads()
    {
        if (!uploadsMade) MakePath(PathOf(Uploads));
        uploadsMade = true;
    }

    /// <summary>False: the name is taken, and nothing was done.</summary>
    /// <remarks>
    /// The protocol says that a rename onto a name that is there fails, and OpenSSH keeps to it with link(2): of two at the same moment one wins. Where the disk knows no links it looks first, as we do
    /// for servers that do not keep to it.
    /// </remarks>
    public bool TryRename(string from, string to)
    {
        if (Look(to) is not null) return false;
        try
        {
            IntoFolder(to, () => Client.RenameFile(PathOf(from), PathOf(to)));
            return true;
        }
        catch (SftpException taken) when (taken.StatusCode == StatusCode.Failure)
        {
            // Asked here and not in the filter: what a filter throws is swallowed.
            return Look(to) is not null ? false : throw new SftpException(StatusCode.Failure, $"the server would not rename {from}: {taken.Message}", taken);
        }
    }

    public void Replace(string from, string to)
    {
        Look(to);
        IntoFolder(to, () => Client.RenameFile(PathOf(from), PathOf(to), isPosix: true));
    }

    public bool Remove(string key)
    {
        if (Look(key) is not { IsRegularFile: true }) return false;
        try
        {
            Client.DeleteFile(PathOf(key));
            return true;
        }
        catch (SftpPathNotFoundException)
        {
            return false;
        }
    }

    public bool IsFull()
    {
        var disk = Client.GetStatus(Path);
        return disk.AvailableBlocks == 0 || (disk.AvailableNodes == 0 && disk.TotalNodes > 0);
    }

    /// <summary>Folders are there most of the time: they are made when it turns out that one is not.</summary>
    private void IntoFolder(string key, Action act)
    {
        try
        {
            act();
        }
        catch (SftpPathNotFoundException) when (key.Contains('/', StringComparison.Ordinal))
        {
            MakePath(PathOf(key[..key.LastIndexOf('/')]));
            act();
        }
    }

    /// <summary>With what lies above it. For the owner only, whatever the server's umask is.</summary>
    private void MakePath(string path)
    {
        try
        {
            Client.CreateDirectory(path);
        }
        catch (SftpPathNotFoundException) when (path.LastIndexOf('/') > 0)
        {
            MakePath(path[..path.LastIndexOf('/')]);
            MakePath(path);
            return;
        }
        catch (SftpException there) when (there.StatusCode == StatusCode.Failure && IsFolder(path))
        {
            return;
        }
        Client.ChangePermissions(path, 700);
    }

    private bool IsFolder(string path)
    {
        try
        {
            return Client.Get(path).IsDirectory;
        }
        catch (SftpPathNotFoundException)
        {
            return false;
        }
    }

    private static string Under(string folder, string name) => name.Length == 0 ? folder : folder.EndsWith('/') ? folder + name : $"{folder}/{name}";
}
