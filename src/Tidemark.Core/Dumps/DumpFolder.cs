using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>The local folder that dumps are kept in, BACKUP_DIR; what we know besides the dumps lies in its <c>.tidemark</c>.</summary>
internal sealed class DumpFolder(string root)
{
    public string Root { get; } = root;

    public string State => Path.Combine(Root, ".tidemark");

    /// <summary>One folder a dump being written; nothing in it has a final name.</summary>
    public string Pending => Path.Combine(State, "pending");

    public void Prepare()
    {
        PrivateFolder.Ensure(Root);
        PrivateFolder.Ensure(State);
        PrivateFolder.Ensure(Pending);
    }

    /// <summary>The full path of a key; refuses keys that lead out of the folder.</summary>
    public string PathOf(string key) => StorePath.Resolve(Root, key);

    public string KeyOf(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    public static string ManifestOf(string path) => path + ".json";

    public static string MarkOf(string path) => path + ".check.json";

    public static string ProofOf(string path) => path + ".proof.json";
}
