using System.Globalization;
using System.Text;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>The entries that pg_restore shall restore, in a file as <c>--use-list</c> takes it, for as long as the restore runs.</summary>
internal sealed class UseList : IDisposable
{
    private readonly ScratchFolder folder;

    private UseList(ScratchFolder folder) => this.folder = folder;

    public string Path => System.IO.Path.Combine(folder.Path, "use-list");

    public static UseList Write(PartPlan part, TimeProvider clock)
    {
        var list = new UseList(ScratchFolder.Create(clock));
        var lines = new StringBuilder();
        foreach (var id in part.Entries) lines.Append(CultureInfo.InvariantCulture, $"{id};\n");
        DurableFile.WriteWhole(list.Path, Encoding.ASCII.GetBytes(lines.ToString()), replace: false);
        return list;
    }

    public void Dispose() => folder.Dispose();
}
