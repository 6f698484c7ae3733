using Tidemark.BaseBackups;

namespace Tidemark.Cli.Output;

/// <summary>What <c>cluster upgrade</c> opened, in each store.</summary>
internal sealed record ClusterUpgradedDocument(IReadOnlyList<OpenedLifeDocument> Opened)
{
    public static ClusterUpgradedDocument Of(IEnumerable<OpenedLife> opened) => new([.. opened.Select(one => new OpenedLifeDocument(one.Store, one.Now.Number, $"{one.Now.SystemIdentifier}", one.Now.Key, one.Before.Key))]);
}

/// <summary>Folders are keys in the store.</summary>
internal sealed record OpenedLifeDocument(string Store, int Number, string SystemIdentifier, string Folder, string Before);
