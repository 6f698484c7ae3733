using Tidemark.Configuration;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>The two databases, and how the second reaches the first.</summary>
/// <param name="Primary">As we reach it.</param>
/// <param name="Standby">As we reach it.</param>
/// <param name="Seen">The primary as the standby reaches it.</param>
internal sealed record StandbySides(DatabaseAddress Primary, DatabaseAddress Standby, DatabaseAddress Seen)
{
    /// <summary>Of addresses as they were typed.</summary>
    /// <exception cref="Fault">2 or 6: one holds a password, or cannot be read.</exception>
    public static StandbySides Of(DatabaseAddress primary, string target, string? seen, TidemarkOptions options) =>
        new(primary, Read("--target", target, options), seen is null ? primary : Read("--source-url", seen, options));

    /// <exception cref="Fault">5: DATABASE_URL names another database than the standby's primary.</exception>
    public static StandbySides Of(StandbyRecord record, DatabaseAddress primary, TidemarkOptions options)
    {
        // After a promotion DATABASE_URL is the former standby: what is meant for the primary must not be done there.
        if (primary.ToOpenUrl() != record.Source)
            throw new Fault(FaultCode.Refused, $"DATABASE_URL is not the primary of standby \"{record.Id}\"")
            {
                Where = primary.ToString(),
                Why = $"its primary is {record.Source}",
                Next = $"DATABASE_URL='{record.Source}' (add the password), then again",
            };
        return Of(primary, record.Target, record.SourceSeen, options);
    }

    private static DatabaseAddress Read(string option, string given, TidemarkOptions options)
    {
        if (!SecretReference.IsReference(given) && DatabaseAddress.HoldsSecret(given))
            throw new Fault(FaultCode.Usage, "a password on a command line can be read by every user of the machine") { Where = option, Next = $"put the URL into a variable or a file, then: {option} env:STANDBY_URL or {option} file:PATH" };
        return DatabaseAddress.Parse(SecretReference.Resolve(given, options.ProjectRoot, options.Variables), options.Variables, Environment.UserName);
    }
}
