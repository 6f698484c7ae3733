namespace Tidemark.Storage;

/// <summary>Which objects a listing is to name: those whose key begins with the prefix, less those whose key begins with the exception.</summary>
/// <param name="Prefix">Empty for all.</param>
/// <param name="Except">Ends in '/'; null: nothing is left out. What lies there costs a listing next to nothing, however much it is.</param>
internal readonly record struct KeyRange(string Prefix, string? Except = null)
{
    public static implicit operator KeyRange(string prefix) => new(prefix);

    public bool Holds(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && !(Except is not null && key.StartsWith(Except, StringComparison.Ordinal));

    /// <summary>Whether keys of this folder may be among them. Without a '/' at its end.</summary>
    public bool MayHold(string folder) => $"{folder}/" is var begins && (begins.StartsWith(Prefix, StringComparison.Ordinal) || Prefix.StartsWith(begins, StringComparison.Ordinal)) && begins != Except;
}
