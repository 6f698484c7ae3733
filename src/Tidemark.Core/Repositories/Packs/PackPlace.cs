using Tidemark.Storage;

namespace Tidemark.Repositories.Packs;

/// <summary>Where the packs of one cluster's life lie.</summary>
internal sealed record PackPlace(IObjectStore Store, PackFolder Folder)
{
    /// <summary>For messages.</summary>
    public string Where(string id) => $"{Folder.Key(id)} in {Store.Address}";
}
