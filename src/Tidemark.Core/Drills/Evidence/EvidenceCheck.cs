namespace Tidemark.Drills.Evidence;

/// <summary>Whether reports are what was signed, and none is missing. Needs the public key alone: no store, no server, no history.</summary>
/// <param name="keys">Whose signatures count.</param>
internal sealed class EvidenceCheck(IReadOnlyList<EvidenceIdentity> keys)
{
    /// <summary>A whole folder.</summary>
    /// <param name="folder">Which.</param>
    /// <param name="head">The newest report, where that is known from elsewhere; null: one that is removed from the end is not missed.</param>
    /// <param name="first">The number of the first that should be there.</param>
    public EvidenceVerdict OfFolder(EvidenceFolder folder, EvidenceHead? head, int first = 1)
    {
        var (findings, count, number, previous) = (new List<string>(), 0, first - 1, (string?)null);
        foreach (var file in folder.Reports())
        {
            for (number++; number < file.Number; number++)
            {
                findings.Add($"report {number} is missing");
                previous = null;
            }
            if (file.Number < number) findings.Add($"{file.Name}: there are two reports of this number");
            number = file.Number;
            var bytes = File.ReadAllBytes(file.Path);
            var document = Look(folder, file, bytes, findings);
            if (document is not null && previous is not null && document.Previous?.Sha256 != previous) findings.Add($"{file.Name}: it does not follow the report before it, which is not the one that was there");
            if (document is { Previous: not null } && file.Number == 1) findings.Add($"{file.Name}: the first report follows one that is not there");
            (previous, count) = (EvidenceDocument.HashOf(bytes), count + 1);
        }
        if (count == 0) findings.Add($"there is no report in {folder.Path}");
        for (var missing = number + 1; missing <= head?.Number; missing++) findings.Add($"report {missing} is missing: this machine has written {head!.Number}");
        if (head is not null && head.Number == number && previous is not null && previous != head.Sha256) findings.Add($"{head.File}: it is not the report that this machine has written last");
        return new EvidenceVerdict(count, findings);
    }

    /// <summary>One report, and that the one before it, where it lies beside, is the one that it follows.</summary>
    public EvidenceVerdict OfFile(string path)
    {
        var folder = new EvidenceFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = EvidenceFile.Of(path) ?? throw new Fault(FaultCode.Usage, "this is no report of a drill by its name") { Where = path, Why = "reports are called 000001-RUN.json", Next = "tidemark drill list" };
        var findings = new List<string>();
        var document = Look(folder, file, File.ReadAllBytes(path), findings);
        if (document?.Previous is { } previous && EvidenceFile.Of(previous.File) is { } before && File.Exists(folder.At(before.Name)) && EvidenceDocument.HashOf(File.ReadAllBytes(folder.At(before.Name))) != previous.Sha256)
            findings.Add($"{before.Name}: it is not the report that {file.Name} follows");
        return new EvidenceVerdict(1, findings);
    }

    private EvidenceDocument? Look(EvidenceFolder folder, EvidenceFile file, byte[] bytes, List<string> findings)
    {
        var signature = file.Path + EvidenceFolder.Signature;
        if (!File.Exists(signature)) findings.Add($"{file.Name}: its signature {Path.GetFileName(signature)} is missing");
        else if (!keys.Any(key => key.Wrote(bytes, File.ReadAllBytes(signature)))) findings.Add($"{file.Name}: the signature is not of these bytes: the report or the signature was changed, or signed with another key");
        EvidenceDocument document;
        try
        {
            document = EvidenceDocument.Parse(bytes);
        }
        catch (InvalidDataException unreadable)
        {
            findings.Add($"{file.Name}: {unreadable.Message}");
            return null;
        }
        if (document.Number != file.Number || document.Report.Id != file.RunId) findings.Add($"{file.Name}: its name is not its own: it is report {document.Number} of run {document.Report.Id}");
        foreach (var rendering in document.Renderings)
        {
            var path = folder.At(Path.GetFileName(rendering.File));
            if (!File.Exists(path)) findings.Add($"{rendering.File} is missing");
            else if (EvidenceDocument.HashOf(File.ReadAllBytes(path)) != rendering.Sha256) findings.Add($"{rendering.File}: it was changed");
        }
        return document;
    }
}

/// <summary>What a look at evidence found.</summary>
/// <param name="Reports">How many were looked at.</param>
/// <param name="Findings">A sentence each; empty: all is as it was signed.</param>
internal sealed record EvidenceVerdict(int Reports, IReadOnlyList<string> Findings);
