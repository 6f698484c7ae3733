namespace Tidemark.Storage.Azure;

/// <summary>What a key is called in a container. Azure turns '\' into '/', so a full-width '＼' stands for it; the two are one here.</summary>
internal static class AzureName
{
    public static string Of(string key) => key.Replace('\\', '＼');

    public static string ToKey(string name) => name.Replace('＼', '\\');
}
