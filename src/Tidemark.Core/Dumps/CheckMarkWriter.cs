namespace Tidemark.Dumps;

/// <summary>Leaves what was found beside a dump, where <c>list</c> and <c>latest</c> see it.</summary>
internal static class CheckMarkWriter
{
    public static Task WriteAsync(VerifyReport report, DateTimeOffset now, CancellationToken token)
    {
        // A fault may name a table: what lies beside an encrypted dump for all to read does not.
        IReadOnlyList<string> said = report.Entry.IsEncrypted && !report.Passed ? [$"{report.Faults.Count} faults were found: tidemark verify {report.Entry.Id} names them"] : report.Faults;
        return DumpDocument.WriteAsync(report.Entry.Store, DumpName.CheckOf(report.Entry.Key), new CheckMark(now, report.Passed, said), DumpJson.Default.CheckMark, token);
    }

    /// <summary>Of a dump whose bytes, as they were read for somebody, are not those that were stored: it is no longer good, until <c>verify</c> finds it whole.</summary>
    /// <returns>What is left of it, in words.</returns>
    public static async Task<string> DamagedAsync(DumpEntry entry, string why, DateTimeOffset now)
    {
        if (entry.Manifest is null) return "the file has no manifest: nothing is noted beside it";
        try
        {
            await WriteAsync(new VerifyReport(entry, null, "", [why]), now, CancellationToken.None);
            return "it is marked as damaged, and never latest";
        }
        catch (Exception unwritten) when (unwritten is Fault or IOException or UnauthorizedAccessException)
        {
            return $"that it is damaged could not be noted beside it: {(unwritten as Fault)?.InOneLine ?? unwritten.Message}";
        }
    }
}
