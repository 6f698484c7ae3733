namespace Tidemark.Storage;

/// <summary>Failures that all stores have in common.</summary>
internal static class StoreFault
{
    public static Fault NoSuchObject(IObjectStore store, string key, Exception? inner = null) => new(FaultCode.NotFound, "there is no such object in the store", inner) { Where = $"{key} in {store.Address}", Next = "tidemark list" };

    public static Fault TooLarge(IObjectStore store, string key, int atMost) => new(FaultCode.Verification, "what lies under this name is none of ours") { Where = $"{key} in {store.Address}", Why = $"it has more than {atMost} bytes", Next = "restore another backup: tidemark list" };

    /// <summary>What is not listed may be there.</summary>
    public static Fault Unseen(IObjectStore store, KeyRange which, IEnumerable<string> unseen) => new(FaultCode.Store, "a part of the store could not be looked at") { Where = $"{which.Prefix} in {store.Address}", Why = string.Join("; ", unseen), Next = $"tidemark store check {store.Address}" };

    /// <exception cref="Fault">5: it cannot be a key.</exception>
    public static string Checked(IObjectStore store, string key) => Files.StorePath.Objection(key) is not { } objection ? key
        : throw new Fault(FaultCode.OutsideStore, "this name cannot be used inside the store") { Where = store.Address, Why = objection, Next = "tidemark list, and use a name it shows" };
}
