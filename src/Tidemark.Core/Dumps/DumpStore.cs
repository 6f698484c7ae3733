using Tidemark.Storage;
using Tidemark.Storage.Local;

namespace Tidemark.Dumps;

/// <summary>One of the places that dumps are kept in.</summary>
/// <param name="objects">What is there.</param>
/// <param name="folder">Absolute, where the place is a folder of this machine: its dumps can be locked while they are read.</param>
internal sealed class DumpStore(IObjectStore objects, string? folder = null) : IAsyncDisposable
{
    public IObjectStore Objects => objects;

    public string? Folder => folder;

    public string Address => objects.Address;

    public static DumpStore OfFolder(string folder) => new(new LocalObjectStore(folder), Path.GetFullPath(folder));

    /// <summary>Where people find it: the path of a file, or an address.</summary>
    public string PathOf(string key) => folder is null ? $"{Address}/{key}" : Path.Combine(folder, key);

    public ValueTask DisposeAsync() => objects.DisposeAsync();
}
