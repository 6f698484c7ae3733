namespace Tidemark.Clusters;

/// <summary>Whether backups can be written to the folder.</summary>
internal static class FolderCheck
{
    private static readonly CheckSubject Subject = new("folder", "write, read back and remove a file in BACKUP_DIR", FaultCode.Store);

    public static Task<Check> LookAsync(string folder) => Subject.LookAsync(() => Task.FromResult(
        Subject.Ok(FolderProbe.Run(folder) ? $"done in {folder}" : $"done; {folder} is not there yet, the first backup makes it")));
}
