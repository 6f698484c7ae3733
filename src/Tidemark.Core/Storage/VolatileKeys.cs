namespace Tidemark.Storage;

/// <summary>Keys of what may be lost, which no store locks: <c>clusters/NAME/NN-SYSTEMIDENTIFIER/volatile/…</c>, also below a prefix.</summary>
internal static class VolatileKeys
{
    public static bool Holds(string key)
    {
        var parts = key.Split('/');
        var at = Array.IndexOf(parts, "volatile");
        return at >= 3 && at < parts.Length - 1 && parts[at - 3] == "clusters";
    }
}
