using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Audit;

/// <summary>JSON lines in <c>audit.jsonl</c>; a line is on the disk before what it tells goes on.</summary>
internal sealed class AuditLog(string stateFolder)
{
    public void Write(AuditEvent entry)
    {
        PrivateFolder.Ensure(stateFolder);
        DurableFile.AppendLine(Path.Combine(stateFolder, "audit.jsonl"), JsonSerializer.Serialize(entry, AuditJson.Default.AuditEvent));
    }
}
