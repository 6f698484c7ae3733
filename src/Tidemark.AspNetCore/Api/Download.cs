using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using Tidemark.AspNetCore.Requests;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Runs;

namespace Tidemark.AspNetCore.Api;

/// <summary>Sends a backup as it is stored, recorded as any download; compared on its way with the hash in its manifest, and broken off where it differs, so that nobody takes it for whole.</summary>
internal static class Download
{
    public const string ContentType = "application/octet-stream";

    private const int PieceLength = 256 * 1024;

    public static async Task<IResult> SendAsync(string id, HttpContext context, [FromServices] Workbench workbench, [FromServices] DownloadBook book, [FromServices] IHostApplicationLifetime life, CancellationToken aborted)
    {
        // A service that stops does not wait for the last byte of a large file.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, life.ApplicationStopping);
        var token = either.Token;
        var found = await BackupsApi.FindAsync(workbench, id, token);
        var entry = found.Copies.OrderBy(copy => copy.State).First();
        if (entry.State == DumpState.Missing) throw new Fault(FaultCode.NotFound, "the file of this backup is gone; only its manifest is left") { Where = entry.Key, Next = "tidemark list" };
        var sha256 = entry.Manifest?.Sha256;
        var range = RangeOf(context.Request, entry.Size, sha256);
        var (whole, (from, length)) = (range is null, range ?? (0, entry.Size));
        if (length <= 0)
        {
            context.Response.Headers.ContentRange = $"bytes */{entry.Size}";
            return TypedResults.StatusCode(StatusCodes.Status416RangeNotSatisfiable);
        }
        if (HeadRequests.Is(context))
        {
            Describe(context.Response, entry, sha256, whole, from, length);
            return Results.Empty;
        }
        if (book.Continues(Asked.Actor(context), entry.Id, whole))
        {
            await SendAsync(entry, null, whole, from, length, context.Response, workbench.Clock, token);
            return Results.Empty;
        }
        await workbench.RecorderFor(Asked.Actor(context)).RecordAsync(RunKind.Download, entry.Database ?? "", async run =>
        {
            run.Details = new RunDetails { BackupId = entry.Id, File = entry.Key, Target = context.Connection.RemoteIpAddress?.ToString(), Outcome = whole ? "ok" : "partly" };
            run.At("sending", length);
            await SendAsync(entry, whole ? sha256 : null, whole, from, length, context.Response, workbench.Clock, token);
            return true;
        });
        return Results.Empty;
    }

    /// <param name="entry">Which.</param>
    /// <param name="expected">The hash of all that is sent; null: nobody knows it.</param>
    /// <param name="whole">All of the file.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="length">How many.</param>
    /// <param name="response">To whom.</param>
    /// <param name="clock">Of the mark beside a damaged one.</param>
    /// <param name="token">Cancels.</param>
    private static async Task SendAsync(DumpEntry entry, string? expected, bool whole, long from, long length, HttpResponse response, TimeProvider clock, CancellationToken token)
    {
        using var held = OpenDump.HoldForReading(entry);
        await using var bytes = await entry.Store.Objects.OpenAsync(entry.Key, from, length, token);
        Describe(response, entry, entry.Manifest?.Sha256, whole, from, length);
        if (await CopyAsync(bytes, length, expected, response.Body, token) is not { } damage) return;
        throw new Fault(FaultCode.Verification, "the backup is damaged where it lies") { Where = entry.Path, Why = damage, Left = $"the answer was broken off; {await CheckMarkWriter.DamagedAsync(entry, damage, clock.GetUtcNow())}", Next = $"tidemark verify {entry.Id}" };
    }

    private static void Describe(HttpResponse response, DumpEntry entry, string? sha256, bool whole, long from, long length)
    {
        var name = new ContentDispositionHeaderValue("attachment");
        name.SetHttpFileName(Path.GetFileName(entry.Key));
        response.StatusCode = whole ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        response.ContentType = ContentType;
        response.ContentLength = length;
        response.Headers.ContentDisposition = name.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (!whole) response.Headers.ContentRange = $"bytes {from}-{from + length - 1}/{entry.Size}";
        if (sha256 is null) return;
        response.Headers.ETag = $"\"{sha256}\"";
        response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(sha256))}:";
    }

    /// <returns>Why it is damaged; null: it is as it was stored, as far as can be known.</returns>
    private static async Task<string?> CopyAsync(Stream bytes, long length, string? sha256, Stream to, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceLength];
        for (long sent = 0; sent < length;)
        {
            var got = await bytes.ReadAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, length - sent)), token);
            if (got == 0) return $"it ends after {sent} of {length} bytes";
            hash.AppendData(piece, 0, got);
            sent += got;
            // The last piece is held back until all is known to be right: without it nobody has a whole file.
            if (sent == length && sha256 is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) is var read && read != sha256) return $"SHA-256 is {read}, the manifest says {sha256}";
            await to.WriteAsync(piece.AsMemory(0, got), token);
        }
        return null;
    }

    /// <summary>Null: all of it. A length of 0 or less: there is no such range.</summary>
    private static (long From, long Length)? RangeOf(HttpRequest request, long size, string? sha256)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1) return null;
        // Of another file by now: then all of this one.
        if (request.Headers.IfRange.ToString() is { Length: > 0 } ofThat && ofThat != $"\"{sha256}\"") return null;
        var range = header.Ranges.First();
        var from = range.From ?? Math.Max(0, size - range.To!.Value);
        var to = range.From is null || range.To is null ? size - 1 : Math.Min(range.To.Value, size - 1);
        return (from, to - from + 1);
    }
}
