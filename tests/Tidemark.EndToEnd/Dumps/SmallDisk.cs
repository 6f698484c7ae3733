using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>A disk in memory of a few megabytes, mounted for one test.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    private string Ballast => Path.Combine(folder, "ballast");

    /// <param name="folder">Where; made if need be.</param>
    /// <param name="size">As mount takes it: 4m.</param>
    /// <param name="owner">A user of this machine.</param>
    public static async Task<SmallDisk> MountAsync(string folder, string size, string owner = "root")
    {
        Directory.CreateDirectory(folder);
        await ChildProcess.OutputAsync("mount", ["-t", "tmpfs", "-o", $"size={size},mode=700,uid={owner}", "tmpfs", folder]);
        return new SmallDisk(folder);
    }

    /// <summary>Takes every last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full: that was the aim.
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync() => await ChildProcess.OutputAsync("umount", [folder]);
}
