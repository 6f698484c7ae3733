using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Audit;

/// <summary>JSON lines in <c>audit.jsonl</c>; a line is on the disk before what it tells goes on.</summary>
internal sealed class AuditLog(string stateFolder)
{
    public static string PathIn(string stateFolder) => Path.Combine(stateFolder, "audit.jsonl");

    public void Write(AuditEvent entry)
    {
        PrivateFolder.Ensure(stateFolder);
        DurableFile.AppendLine(PathIn(stateFolder), JsonSerializer.Serialize(entry, AuditJson.Default.AuditEvent));
    }
}
