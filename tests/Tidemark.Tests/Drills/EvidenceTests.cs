using Tidemark.Drills.Evidence;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Drills;

public sealed class EvidenceTests : IDisposable
{
    private readonly TempFolder folder = new();
    private int runs;

    private EvidenceFolder Reports => new(Path.Combine(folder.Path, "drills"));

    private string Head => Path.Combine(folder.Path, EvidenceWriter.HeadFile);

    [Fact]
    public void One_that_was_killed_after_its_report_and_before_its_note_is_gone_on_from()
    {
        Write();
        var before = File.ReadAllBytes(Head);
        Write();
        File.WriteAllBytes(Head, before);
        Write();
        Assert.Equal([1, 2, 3], Reports.Reports().Select(report => report.Number));
        AssertWhole();
    }

    [Fact]
    public void One_that_was_killed_before_its_report_leaves_the_number_to_the_next()
    {
        Write();
        Write();
        foreach (var rest in Directory.GetFiles(Reports.Path, "000002-*.json")) File.Delete(rest);
        NoteAsAfter(1);
        Write();
        AssertWhole();
    }

    [Fact]
    public void A_lost_state_folder_begins_a_new_key_and_the_chain_goes_on()
    {
        Write();
        File.Delete(Head);
        File.Delete(Path.Combine(folder.Path, EvidenceKey.FileName));
        Write();
        Assert.Equal(2, Reports.Keys().Count);
        Assert.Empty(new EvidenceCheck(Reports.Keys()).OfFolder(Reports, EvidenceWriter.Noted(folder.Path)).Findings);
        // The new key alone signed one of them.
        Assert.Contains("000001-", Assert.Single(new EvidenceCheck([Own]).OfFolder(Reports, null).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_was_written_anew_with_the_right_key_breaks_the_chain()
    {
        Write();
        Write();
        var first = Reports.Reports()[0];
        var forged = EvidenceDocument.Parse(File.ReadAllBytes(first.Path)) is var document ? (document with { Report = document.Report with { Reason = "all is well" } }).ToBytes() : [];
        File.WriteAllBytes(first.Path, forged);
        using var key = EvidenceKey.Ensure(folder.Path);
        File.WriteAllBytes(first.Path + EvidenceFolder.Signature, key.Sign(forged));
        Assert.Contains("does not follow", Assert.Single(new EvidenceCheck([Own]).OfFolder(Reports, null).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_a_database_end_no_cell_and_become_no_markup()
    {
        const string name = "a|b<script>&`[x](y)\n# c";
        var page = ReportPage.Of(SampleReport.Of("r") with { Reason = name }, 1);
        Assert.Contains("a\\|b&lt;script>&amp;\\`\\[x](y) # c", MarkdownPage.Of(page), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", HtmlPage.Of(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_can_read_signs_nothing()
    {
        Write();
        File.SetUnixFileMode(Path.Combine(folder.Path, EvidenceKey.FileName), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal(FaultCode.KeyUnusable, Assert.Throws<Fault>(Write).Code);
    }

    public void Dispose() => folder.Dispose();

    private EvidenceIdentity Own
    {
        get
        {
            using var key = EvidenceKey.Find(folder.Path)!;
            return key.Identity;
        }
    }

    private void Write() => new EvidenceWriter(folder.Path, Reports).Write(SampleReport.Of($"run-{++runs}"));

    /// <summary>The note of the newest one as it was when so many were written.</summary>
    private void NoteAsAfter(int number)
    {
        var report = Reports.Reports()[number - 1];
        File.WriteAllText(Head, $$"""{"number":{{number}},"file":"{{report.Name}}","sha256":"{{EvidenceDocument.HashOf(File.ReadAllBytes(report.Path))}}"}""");
    }

    private void AssertWhole() => Assert.Empty(new EvidenceCheck([Own]).OfFolder(Reports, EvidenceWriter.Noted(folder.Path)).Findings);
}
