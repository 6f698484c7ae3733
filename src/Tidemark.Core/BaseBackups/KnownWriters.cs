using Tidemark.Files;

namespace Tidemark.BaseBackups;

/// <summary>Whose backups this machine believes: its own key, and the public keys that somebody pinned in <c>writers</c> of the state folder, one a line. What the store says of itself is not asked.</summary>
internal sealed class KnownWriters
{
    public const string FileName = "writers";

    private readonly Dictionary<string, WriterIdentity> writers;

    public KnownWriters(IEnumerable<WriterIdentity> writers) => this.writers = writers.DistinctBy(writer => writer.Id).ToDictionary(writer => writer.Id, StringComparer.Ordinal);

    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): a line is no key, or our own cannot be used.</exception>
    public static KnownWriters Read(string stateFolder)
    {
        var own = WriterKey.Find(stateFolder)?.Identity;
        return new(Pinned(stateFolder).Select(Parsed).Concat(own is null ? [] : [own]));

        WriterIdentity Parsed(string line)
        {
            try
            {
                return WriterIdentity.Parse(line.Split(' ')[0]);
            }
            catch (InvalidDataException none)
            {
                throw new Fault(FaultCode.KeyUnusable, "a pinned writer is none", none) { Where = Path.Combine(stateFolder, FileName), Why = $"{line}: {none.Message}", Next = $"sed -i '\\|^{line}|d' '{Path.Combine(stateFolder, FileName)}' # removes the line" };
            }
        }
    }

    /// <summary>Believes this writer from now on.</summary>
    /// <param name="stateFolder">Of this machine.</param>
    /// <param name="writer">Whose.</param>
    /// <param name="note">For the eye; one line.</param>
    public static void Pin(string stateFolder, WriterIdentity writer, string note) => DurableFile.AppendLine(Path.Combine(stateFolder, FileName), $"{writer} {note}");

    public SignatureVerdict Judge(SignedLine line) =>
        line.Signature is not { } signature ? SignatureVerdict.Unsigned
        : !writers.TryGetValue(signature.Writer, out var writer) ? SignatureVerdict.UnknownWriter
        : writer.Wrote(line.Document, signature.Signature) ? SignatureVerdict.Known : SignatureVerdict.Forged;

    private static IEnumerable<string> Pinned(string stateFolder) =>
        Path.Combine(stateFolder, FileName) is var path && File.Exists(path) ? File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#') : [];
}

internal enum SignatureVerdict
{
    /// <summary>By one whom this machine believes.</summary>
    Known,

    Unsigned,

    UnknownWriter,

    /// <summary>It bears the name of a known writer, who did not write this.</summary>
    Forged,
}
