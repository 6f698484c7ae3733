using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>Opens the stores of one kind.</summary>
/// <param name="address">Which.</param>
/// <param name="environment">Keys and endpoints.</param>
/// <param name="folder">What a relative folder lies in.</param>
internal delegate IObjectStore StoreOpener(StoreAddress address, IReadOnlyDictionary<string, string> environment, string folder);
