using Tidemark.Configuration;
using Tidemark.Postgres;

namespace Tidemark.Drills;

/// <summary>A server on which a drill makes a scratch database.</summary>
/// <param name="Address">Of it.</param>
/// <param name="Given">As it was typed, never with a password: so the next start finds it again. Null: the configuration says it.</param>
internal sealed record DrillTarget(DatabaseAddress Address, string? Given)
{
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6): it cannot be read.</exception>
    public static DrillTarget Read(SecretSource source, string? given, IReadOnlyDictionary<string, string> variables) =>
        new(DatabaseAddress.Parse(source.Read(), variables, Environment.UserName), given);
}
