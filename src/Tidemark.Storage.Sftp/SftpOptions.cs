namespace Tidemark.Storage.Sftp;

/// <summary>A folder on a server with SFTP, and how it is reached.</summary>
internal sealed record SftpOptions
{
    /// <summary>As the user wrote it.</summary>
    public required StoreAddress Address { get; init; }

    public int Port => Address.Port ?? 22;

    /// <summary>Of the user here. The first of <see cref="UsualKeys"/> that are there is tried first.</summary>
    public required string SshFolder { get; init; }

    /// <summary>Null: <see cref="UsualKeys"/>.</summary>
    public string? IdentityFile { get; init; }

    public string? Passphrase { get; init; }

    public required string KnownHostsFile { get; init; }

    public IReadOnlyList<string> UsualKeys => [.. ((string[])["id_ed25519", "id_ecdsa", "id_rsa"]).Select(name => Path.Combine(SshFolder, name))];

    /// <summary>A record would print its secrets.</summary>
    public override string ToString() => Address.ToString();
}
