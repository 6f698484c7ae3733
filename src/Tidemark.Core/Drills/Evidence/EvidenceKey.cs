using System.Security.Cryptography;
using System.Text;
using Tidemark.Files;

namespace Tidemark.Drills.Evidence;

/// <summary>What this machine signs reports with: ECDSA over P-256, as stock tools know it. Made once, in a file of the state folder that its owner alone reads.</summary>
internal sealed class EvidenceKey : IDisposable
{
    public const string FileName = "drill.key";

    private readonly ECDsa key;

    private EvidenceKey(ECDsa key) => this.key = key;

    public EvidenceIdentity Identity => new(key.ExportSubjectPublicKeyInfo());

    /// <summary>Makes it where there is none.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): it is damaged, or others can read it.</exception>
    public static EvidenceKey Ensure(string stateFolder)
    {
        var path = Path.Combine(stateFolder, FileName);
        if (File.Exists(path)) return Read(path);
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var file = DurableFile.Create(stateFolder);
        file.Stream.Write(Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem() + "\n"));
        // Another process may be as far: whoever is first is it.
        file.TryPublish(path);
        return Read(path);
    }

    /// <summary>Null: this machine has never signed.</summary>
    public static EvidenceKey? Find(string stateFolder) => Path.Combine(stateFolder, FileName) is var path && File.Exists(path) ? Read(path) : null;

    /// <summary>As openssl writes and reads it (DER).</summary>
    public byte[] Sign(byte[] document) => key.SignData(document, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();

    private static EvidenceKey Read(string path)
    {
        if ((new FileInfo(path).UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw Unusable(path, "others than its owner can read or change it", $"chmod 600 '{path}'");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return new EvidenceKey(key);
        }
        catch (Exception damaged) when (damaged is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw Unusable(path, "it is damaged", $"mv '{path}' '{path}.damaged' # the next drill makes another; what is signed with the old one can be verified still");
        }
    }

    private static Fault Unusable(string path, string why, string next) => new(FaultCode.KeyUnusable, "the key that drill reports are signed with cannot be used") { Where = path, Why = why, Next = next };
}
