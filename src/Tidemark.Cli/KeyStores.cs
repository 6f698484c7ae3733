using Tidemark.Cli.Commands;
using Tidemark.Storage;

namespace Tidemark.Cli;

/// <summary>The stores whose keys are looked at: those of BACKUP_DIR.</summary>
internal static class KeyStores
{
    public static IReadOnlyList<IObjectStore> Open(Session session) =>
        [Stores.Open(StoreAddress.Parse(session.Options.BackupDir), session.Terminal.Environment, session.Terminal.Folder)];
}
