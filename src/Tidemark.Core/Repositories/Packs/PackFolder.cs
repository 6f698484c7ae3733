namespace Tidemark.Repositories.Packs;

/// <summary>The keys of packs: <c>packs/ab/ab12…</c>, so that no folder holds too many.</summary>
/// <param name="Prefix">Of all keys of one cluster's life; ends in '/'.</param>
internal sealed record PackFolder(string Prefix)
{
    public const string Name = "packs/";

    public string All => Prefix + Name;

    public string Key(string id) => $"{All}{id[..2]}/{id}";

    /// <summary>The id of a pack of this folder; null: the key is another thing's.</summary>
    public string? IdOf(string key) => key[(key.LastIndexOf('/') + 1)..] is var id && SealedPack.IsId(id) && Key(id) == key ? id : null;
}
