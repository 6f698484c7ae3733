using System.Globalization;
using System.Text;
using Tidemark.Codecs.Age;

namespace Tidemark.Repositories;

/// <summary>What lies in <c>keys/ID.age</c>: an age identity file. In its comments it says for whom it was wrapped, so that both change in one write and nobody without the key can forge it.</summary>
internal sealed record WrappedIdentity(AgeIdentity Identity, IReadOnlyList<AgeRecipient> Recipients, DateTimeOffset Created)
{
    private const string RecipientMark = "# wrapped to: ", CreatedMark = "# created: ";

    public byte[] Seal()
    {
        using var stored = new MemoryStream();
        using var writer = AgeWriter.To(stored, Recipients);
        writer.Write(Encoding.ASCII.GetBytes(string.Concat(
            Recipients.Select(recipient => $"{RecipientMark}{recipient}\n").Prepend($"{CreatedMark}{Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\n# public key: {Identity.Recipient}\n").Append(Identity.ToSecretText() + "\n"))));
        writer.Complete();
        return stored.ToArray();
    }

    /// <summary>Null when the user's keys do not open it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no such file.</exception>
    public static WrappedIdentity? Open(byte[] stored, UserKeys user)
    {
        using var reader = AgeReader.Open(new MemoryStream(stored), [user]);
        if (reader is null) return null;
        using var plain = new StreamReader(reader, Encoding.ASCII);
        var text = plain.ReadToEnd();
        string[] After(string mark) => [.. text.Split('\n').Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => line[mark.Length..].Trim())];
        try
        {
            return new WrappedIdentity(AgeIdentity.ParseFile(text).Single(), [.. After(RecipientMark).Select(AgeRecipient.Parse)],
                DateTimeOffset.Parse(After(CreatedMark).Single(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }
        catch (Exception other) when (other is FormatException or InvalidOperationException)
        {
            throw new InvalidDataException("it opens, and holds no key of a repository", other);
        }
    }
}
