using System.Net.Sockets;
using System.Text;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class UploadTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_file_that_is_no_dump_is_refused_before_the_rest_of_it_has_come()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var client = await BeginAsync(service, 1_000_000_000, "MZ" + new string('x', 300_000));
        Assert.StartsWith("HTTP/1.1 422", await FirstLineAsync(client), StringComparison.Ordinal);
        Assert.Empty(Left(service));
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_at_once_where_its_length_is_told_and_while_it_comes_where_it_is_not()
    {
        await using var service = await LiveService.StartAsync(folder, ("TIDEMARK_UPLOAD_LIMIT", "1MB"));
        using var client = await BeginAsync(service, 1_000_000_000, "");
        Assert.StartsWith("HTTP/1.1 413", await FirstLineAsync(client), StringComparison.Ordinal);
        using var form = Form(Encoding.ASCII.GetBytes("PGDMP" + new string('x', 1_100_000)));
        using var answer = await service.SendAsync("POST", "/admin/db/restore", form);
        Assert.Equal((413, "too-large"), await LiveService.ProblemOf(answer));
        Assert.Empty(Left(service));
    }

    [Fact]
    public async Task Two_are_taken_at_a_time_and_a_client_that_hangs_up_leaves_nothing()
    {
        await using var service = await LiveService.StartAsync(folder);
        using (var first = await BeginAsync(service, 10_000_000, "PGDMP" + new string('x', 600_000)))
        using (var second = await BeginAsync(service, 10_000_000, "PGDMP" + new string('x', 600_000)))
        {
            await UntilAsync(() => Left(service).Length == 2);
            using var form = Form("PGDMP"u8.ToArray());
            using var third = await service.SendAsync("POST", "/admin/db/restore", form);
            Assert.Equal((429, "too-many-requests"), await LiveService.ProblemOf(third));
        }
        await UntilAsync(() => Left(service).Length == 0);
        using var again = Form("MZ"u8.ToArray());
        using var answer = await service.SendAsync("POST", "/admin/db/restore", again);
        Assert.Equal((422, "wrong-magic"), await LiveService.ProblemOf(answer));
    }

    [Fact]
    public async Task A_restore_that_is_refused_leaves_nothing_of_its_file()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var form = Form("PGDMP"u8.ToArray(), ("mode", "beside"));
        using var answer = await service.SendAsync("POST", "/admin/db/restore", form);
        Assert.Equal((503, "database-unreachable"), await LiveService.ProblemOf(answer));
        Assert.Empty(Left(service));
    }

    [Theory]
    [InlineData("owner", "me")]
    [InlineData("backup", "latest")]
    [InlineData("force", "perhaps")]
    [InlineData("mode", "over")]
    public async Task A_field_that_cannot_be_meant_is_refused(string name, string value)
    {
        await using var service = await LiveService.StartAsync(folder);
        using var form = Form("PGDMP"u8.ToArray(), (name, value));
        using var answer = await service.SendAsync("POST", "/admin/db/restore", form);
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(answer));
        Assert.Empty(Left(service));
    }

    [Fact]
    public async Task A_form_without_a_file_or_cut_in_the_middle_is_refused()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var none = new MultipartFormDataContent { { new StringContent("beside"), "mode" } };
        using var answer = await service.SendAsync("POST", "/admin/db/restore", none);
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(answer));
        var cut = new ByteArrayContent(Encoding.ASCII.GetBytes("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nPGDMPxxxx"));
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=cut");
        using var broken = await service.SendAsync("POST", "/admin/db/restore", cut);
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(broken));
        Assert.Empty(Left(service));
    }

    [Fact]
    public async Task A_form_of_fields_without_end_is_refused()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var form = new MultipartFormDataContent();
        for (var field = 0; field < 100; field++) form.Add(new StringContent("x"), $"field{field}");
        using var answer = await service.SendAsync("POST", "/admin/db/restore", form);
        Assert.Equal((400, "usage"), await LiveService.ProblemOf(answer));
        Assert.Contains("more than 16 fields", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_service_left_is_swept_at_the_next_start_and_what_a_task_waits_for_is_not()
    {
        var orphan = folder.Write(".tidemark/incoming/orphan.dump", "PGDMP");
        await using var service = await LiveService.StartAsync(folder);
        await UntilAsync(() => !File.Exists(orphan));
    }

    private static MultipartFormDataContent Form(byte[] file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "x.dump" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        return form;
    }

    private static string[] Left(LiveService service) => Directory.Exists(service.Uploads) ? Directory.GetFiles(service.Uploads) : [];

    /// <summary>A client that says how much will come, and sends the beginning.</summary>
    private static async Task<TcpClient> BeginAsync(LiveService service, long length, string file)
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port, TestContext.Current.CancellationToken);
        var head = $"POST /admin/db/restore HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {LiveService.AdminToken}\r\nContent-Type: multipart/form-data; boundary=cut\r\nContent-Length: {length}\r\n\r\n"
            + "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n" + file;
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> FirstLineAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), "it never came true");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => folder.Dispose();
}
