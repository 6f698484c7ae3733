using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Tidemark.Files;
using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>What this machine signs its backups with. Made once, in a file of the state folder that its owner alone reads; losing it loses no backup.</summary>
internal sealed class WriterKey
{
    public const string FileName = "writer.key", Published = "keys/writers/";

    private readonly byte[] secret;

    private WriterKey(byte[] secret)
    {
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, publicKey, 0);
        (this.secret, Identity) = (secret, new WriterIdentity(publicKey));
    }

    public WriterIdentity Identity { get; }

    public string Id => Identity.Id;

    /// <summary>Makes it where there is none.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.KeyUnusable"/> (9): it is damaged, or others can read it.</exception>
    public static WriterKey Ensure(string stateFolder)
    {
        var path = Path.Combine(stateFolder, FileName);
        if (File.Exists(path)) return Read(path);
        using var file = DurableFile.Create(stateFolder);
        file.Stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize)) + "\n"));
        // Another process may be as far: whoever is first is it.
        file.TryPublish(path);
        return Read(path);
    }

    /// <summary>Null: this machine has never written.</summary>
    public static WriterKey? Find(string stateFolder) => Path.Combine(stateFolder, FileName) is var path && File.Exists(path) ? Read(path) : null;

    public byte[] Sign(byte[] document)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, document, 0, document.Length, signature, 0);
        return signature;
    }

    /// <summary>Puts the public half into the store, for others to pin.</summary>
    public Task PublishAsync(IObjectStore store, CancellationToken token) => store.PutAsync(Published + Id, Encoding.ASCII.GetBytes(Identity + "\n"), PutMode.IfAbsent, token);

    /// <summary>Never the key.</summary>
    public override string ToString() => Id;

    private static WriterKey Read(string path)
    {
        if ((new FileInfo(path).UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw Unusable(path, "others than its owner can read or change it", $"chmod 600 '{path}'");
        var bytes = new byte[Ed25519.SecretKeySize];
        return Convert.TryFromBase64String(File.ReadAllText(path), bytes, out var length) && length == bytes.Length ? new WriterKey(bytes)
            : throw Unusable(path, "it is damaged", $"mv '{path}' '{path}.damaged' # the next backup makes another; what is signed with the old one stays readable");
    }

    private static Fault Unusable(string path, string why, string next) => new(FaultCode.KeyUnusable, "the key that backups are signed with cannot be used") { Where = path, Why = why, Next = next };
}
