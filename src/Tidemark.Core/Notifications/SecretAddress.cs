using Tidemark.Configuration;

namespace Tidemark.Notifications;

/// <summary>An address that is a secret, from where it is kept.</summary>
internal static class SecretAddress
{
    /// <exception cref="Fault">6: the reference leads to nothing, or to no address. It says where the secret is kept, never what it is.</exception>
    public static Uri Of(SecretSource source) => Uri.TryCreate(source.Read().Trim(), UriKind.Absolute, out var address) && address.Host.Length > 0 ? address
        : throw new Fault(FaultCode.Configuration, $"what {source} gives is no address");

    /// <summary>With one more part at the end of the path.</summary>
    public static Uri With(this Uri address, string part) => new UriBuilder(address) { Path = $"{address.AbsolutePath.TrimEnd('/')}/{part}" }.Uri;
}
