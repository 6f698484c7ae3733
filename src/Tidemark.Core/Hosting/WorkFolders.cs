using Tidemark.Files;
using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>The folders of the backups and of their history, for what runs long: made now, and not again while they are held. One that is gone by then was removed or unmounted.</summary>
internal sealed class WorkFolders : IDisposable
{
    private readonly List<IDisposable> held = [];

    private WorkFolders()
    {
    }

    /// <param name="workbench">Says which.</param>
    /// <param name="unusable">Told of one that cannot be made; it is not held then.</param>
    public static WorkFolders Hold(Workbench workbench, Action<string> unusable)
    {
        var folders = new WorkFolders();
        foreach (var folder in workbench.Options.Stores.Where(store => store.Kind == StoreKind.Folder).Select(store => store.Path).Append(workbench.State))
        {
            try
            {
                PrivateFolder.Ensure(folder);
                folders.held.Add(HeldFolders.Hold(folder));
            }
            catch (Fault fault)
            {
                unusable(fault.InOneLine);
            }
        }
        return folders;
    }

    public void Dispose()
    {
        foreach (var folder in held) folder.Dispose();
    }
}
