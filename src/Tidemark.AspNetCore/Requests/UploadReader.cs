using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tidemark.Files;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Requests;

/// <summary>A restore that comes as a form with a file: the file goes straight to the disk, a piece at a time, and is refused as soon as something speaks against it.</summary>
internal sealed class UploadReader(Workbench workbench, UploadFolder uploads) : IDisposable
{
    private const int PieceLength = 256 * 1024, LongestField = 4096, LongestBoundary = 100, MostFields = 16;

    /// <summary>What the form needs around the file, and what must stay free on the disk.</summary>
    private const long Margin = 64L << 20;

    /// <summary>Two fill a disk and a line; more would only be slower together.</summary>
    private readonly SemaphoreSlim places = new(2);

    public static bool IsForm(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the form to its end. What is not whole leaves nothing.</summary>
    /// <exception cref="Fault">too-many-requests, too-large, wrong-magic (10), disk-full (15), or 2: a form that cannot be read.</exception>
    public async Task<Upload> ReadAsync(HttpContext context)
    {
        if (!await places.WaitAsync(TimeSpan.Zero, context.RequestAborted)) throw new Fault(FaultCode.TooMany, "two files are being sent already") { Next = "send it again when one of them has ended" };
        try
        {
            return await ReadFormAsync(context);
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();

    private async Task<Upload> ReadFormAsync(HttpContext context)
    {
        var (request, token) = (context.Request, context.RequestAborted);
        var limit = workbench.Options.Access.UploadLimit;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = limit + Margin;
        if (request.ContentLength > limit + Margin) throw TooLarge(limit);
        RequireRoom(request.ContentLength ?? 0);
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary) throw Unreadable("its boundary is missing or too long");
        var reader = new MultipartReader(boundary, request.Body) { BodyLengthLimit = null };
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        UploadFolder.Arrival? file = null;
        var hash = "";
        try
        {
            while (await reader.ReadNextSectionAsync(token) is { } part)
            {
                if (fields.Count == MostFields) throw Unreadable($"it has more than {MostFields} fields");
                var name = part.GetContentDispositionHeader() is { } header ? HeaderUtilities.RemoveQuotes(header.Name).Value : null;
                if (name == "file" && file is null) (file, hash) = await KeepAsync(part.Body, limit, token);
                else if (name is null || name == "file" || !fields.TryAdd(name, await FieldAsync(part.Body, token))) throw Unreadable($"the field {name} came twice, or has no name");
            }
            if (file is null) throw Unreadable("it has no field named file");
            var upload = new Upload(file, hash, fields);
            file = null;
            return upload;
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException and not BadHttpRequestException && !token.IsCancellationRequested)
        {
            throw Unreadable(wrong.Message);
        }
        finally
        {
            file?.Dispose();
        }
    }

    private async Task<(UploadFolder.Arrival File, string Hash)> KeepAsync(Stream bytes, long limit, CancellationToken token)
    {
        var piece = new byte[PieceLength];
        var got = await bytes.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, token);
        var ending = UploadForm.EndingOf(piece.AsSpan(0, got));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = DurableFile.Create(uploads.Folder);
        for (; got > 0; got = await bytes.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, token))
        {
            if (file.Length + got > limit) throw TooLarge(limit);
            if (file.Length % Margin < PieceLength) RequireRoom(0);
            hash.AppendData(piece.AsSpan(0, got));
            file.Stream.Write(piece.AsSpan(0, got));
        }
        return (await uploads.KeepAsync(file, ending, token), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<string> FieldAsync(Stream bytes, CancellationToken token)
    {
        var field = new byte[LongestField + 1];
        var got = await bytes.ReadAtLeastAsync(field, field.Length, throwOnEndOfStream: false, token);
        return got <= LongestField ? System.Text.Encoding.UTF8.GetString(field.AsSpan(0, got)) : throw Unreadable($"a field has more than {LongestField} bytes");
    }

    private void RequireRoom(long wanted)
    {
        if (FreeSpace.Of(uploads.Folder) is var free && free < wanted + Margin)
            throw new Fault(FaultCode.DiskFull, "the disk has no room for this file") { Where = uploads.Folder, Why = $"{free} bytes are free", Next = "make room, or restore out of a store instead of sending the file" };
    }

    private static Fault TooLarge(long limit) => new(FaultCode.TooLarge, "the file is too large") { Why = $"TIDEMARK_UPLOAD_LIMIT is {limit} bytes", Next = "raise TIDEMARK_UPLOAD_LIMIT, or restore out of a store instead of sending the file" };

    private static Fault Unreadable(string why) => new(FaultCode.Usage, "the form cannot be read") { Why = why, Next = "curl -F file=@backup.dump -F mode=beside" };
}

/// <summary>A file that came, with what the form says of it. Disposed when its task is on the board, or refused.</summary>
internal sealed record Upload(UploadFolder.Arrival File, string Sha256, IReadOnlyDictionary<string, string> Fields) : IDisposable
{
    public void Dispose() => File.Dispose();
}
