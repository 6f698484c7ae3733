using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>Seals what is written and opens what is read. The keys are fetched when something must be opened, and once.</summary>
/// <param name="options">To whom, and with what.</param>
/// <param name="stores">Whose key rings are looked at when the user's own keys do not open it.</param>
internal sealed class RepositoryKeys(EncryptionOptions options, IReadOnlyList<IObjectStore> stores)
{
    private const int Ahead = 64 * 1024;

    private readonly UserKeys user = new(options);
    private Task<RingKeys>? rings;

    public bool Encrypts => options.Encrypts;

    /// <summary>For the manifest: whom <see cref="Seal(Stream)"/> encrypts to. Empty: it does not.</summary>
    public IReadOnlyList<string> Recipients => options.ToPassphrase ? [EncryptionOptions.PassphraseWord] : [.. options.Recipients.Select(recipient => recipient.ToString())];

    /// <summary>Whole only after <see cref="AgeWriter.Complete"/>; <paramref name="to"/> stays open. To a passphrase it takes a second and 256 MiB.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): the passphrase cannot be fetched.</exception>
    public AgeWriter Seal(Stream to) => options.ToPassphrase ? AgeWriter.To(to, user.Passphrase!) : AgeWriter.To(to, options.Recipients);

    /// <summary>A small thing, whole at once.</summary>
    public byte[] Seal(byte[] bytes)
    {
        using var to = new MemoryStream();
        using var writer = Seal(to);
        writer.Write(bytes);
        writer.Complete();
        return to.ToArray();
    }

    /// <summary>A small thing, whole at once; as <see cref="OpenAsync"/>.</summary>
    public async Task<byte[]> OpenWholeAsync(byte[] bytes, string where, IReadOnlyList<string> recipients, CancellationToken token)
    {
        await using var opened = await OpenAsync(new MemoryStream(bytes), where, recipients, token);
        using var plain = new MemoryStream();
        await opened.CopyToAsync(plain, token);
        return plain.ToArray();
    }

    /// <summary>What was encrypted, as it is read; damage further on is an <see cref="InvalidDataException"/> there. <paramref name="from"/> stays open.</summary>
    /// <param name="from">An age file from its start. Its header alone will do to learn whether it can be opened.</param>
    /// <param name="where">What it is, for messages.</param>
    /// <param name="recipients">Whom its manifest says it is for; empty: it does not say.</param>
    /// <param name="token">Ends the look at the key rings.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Keys"/> (9): nothing configured opens it. <see cref="FaultCode.KeyUnusable"/> (9): what is configured cannot be fetched, or is no key. <see cref="FaultCode.Verification"/> (10): its header is damaged.</exception>
    public async Task<Stream> OpenAsync(Stream from, string where, IReadOnlyList<string> recipients, CancellationToken token)
    {
        // The header is read byte by byte.
        var ahead = new BufferedStream(from, Ahead);
        return await OpenAsync<AgeReader>(ahead, (header, openers) => AgeReader.After(header, ahead, openers), where, recipients, token);
    }

    /// <summary>What was encrypted, to be read at any place; as <see cref="OpenAsync"/>.</summary>
    /// <param name="start">The first bytes of the file: its header and 16 more.</param>
    /// <param name="length">Bytes of the whole file.</param>
    /// <param name="where">What it is, for messages.</param>
    /// <param name="token">Ends the look at the key rings.</param>
    public async Task<AgeRange> OpenRangeAsync(byte[] start, long length, string where, CancellationToken token)
    {
        using var from = new MemoryStream(start, writable: false);
        return await OpenAsync<AgeRange>(from, (header, openers) => AgeRange.After(header, from, length, openers), where, [], token);
    }

    private async Task<T> OpenAsync<T>(Stream from, Func<AgeHeader, IEnumerable<IAgeOpener>, T?> open, string where, IReadOnlyList<string> recipients, CancellationToken token)
        where T : class
    {
        try
        {
            var header = AgeHeader.Read(from);
            if (open(header, [user]) is { } opened) return opened;
            var found = await (rings ??= RingKeys.ReadAsync(stores, user, token));
            return open(header, found.Identities) ?? throw KeyFault.NothingOpens(where, header, options, recipients, found.Unread);
        }
        catch (InvalidDataException damaged)
        {
            throw new Fault(FaultCode.Verification, "the encrypted file is damaged at its start", damaged) { Where = where, Why = damaged.Message, Next = "tidemark list # and take another backup" };
        }
    }
}
