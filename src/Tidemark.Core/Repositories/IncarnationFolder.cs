using System.Globalization;

namespace Tidemark.Repositories;

/// <summary>Where all that belongs to one life of a cluster lies in a store: <c>clusters/NAME/NN-SYSTEMIDENTIFIER/</c>. initdb, pg_upgrade and a new major begin another life.</summary>
/// <param name="Cluster">What we call the cluster: letters, digits, '.', '_' and '-', beginning with a letter or digit.</param>
/// <param name="Number">Counts lives from 1, in the order in which they were first written.</param>
/// <param name="SystemIdentifier">PostgreSQL's, given at initdb; decimal in names.</param>
internal sealed record IncarnationFolder(string Cluster, int Number, ulong SystemIdentifier)
{
    public const string Clusters = "clusters/", DefaultCluster = "default";

    /// <summary>Begins the keys of everything in it; ends in '/'.</summary>
    public string Key => $"{OfCluster(Cluster)}{Number:D2}-{SystemIdentifier}/";

    /// <summary>Says whose number it is. It lies beside the folder and not in it: writers of two lives must meet there.</summary>
    public static string NoteKey(string cluster, int number) => $"{OfCluster(cluster)}{number:D2}.json";

    public static string OfCluster(string cluster) => $"{Clusters}{cluster}/";

    public static bool IsCluster(string name) => name.Length is > 0 and <= 63 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Takes any key that lies in such a folder; null: it lies in none.</summary>
    /// <param name="key">Of an object.</param>
    /// <param name="rest">What follows the folder.</param>
    public static IncarnationFolder? Of(string key, out string rest)
    {
        rest = "";
        if (!key.StartsWith(Clusters, StringComparison.Ordinal)) return null;
        var parts = key.Split('/', 4);
        if (parts.Length < 4 || !IsCluster(parts[1]) || parts[2].Split('-') is not [{ Length: >= 2 } number, var identifier]) return null;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || !ulong.TryParse(identifier, NumberStyles.None, CultureInfo.InvariantCulture, out var system)) return null;
        var folder = new IncarnationFolder(parts[1], count, system);
        // One way to write each: otherwise two folders would be the same.
        if (count == 0 || !key.StartsWith(folder.Key, StringComparison.Ordinal)) return null;
        rest = parts[3];
        return folder;
    }

    public override string ToString() => Key;
}
