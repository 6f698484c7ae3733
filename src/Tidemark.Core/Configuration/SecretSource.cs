namespace Tidemark.Configuration;

/// <summary>A secret that is fetched only when it is needed: a <c>command:</c> runs at that moment, and each time.</summary>
internal sealed class SecretSource(string said, string projectRoot, IReadOnlyDictionary<string, string> variables)
{
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it shows the reference, never the secret.</exception>
    public string Read() => SecretReference.Resolve(said, projectRoot, variables);

    /// <summary>Unchanged, as it may be binary. Only of a reference.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6); it shows the reference, never the secret.</exception>
    public byte[] ReadBytes() => SecretReference.ResolveBytes(said, projectRoot, variables);

    /// <summary>Where it is kept, fit to be shown.</summary>
    public override string ToString() => SecretReference.IsReference(said) ? said : "***";
}
