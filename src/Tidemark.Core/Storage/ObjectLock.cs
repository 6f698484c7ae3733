namespace Tidemark.Storage;

/// <summary>Nobody removes or changes what was stored before so much time has passed.</summary>
/// <param name="For">From the moment that an object is written.</param>
/// <param name="Mode">Who may lift it.</param>
internal sealed record ObjectLock(Duration For, ObjectLockMode Mode);

internal enum ObjectLockMode
{
    /// <summary>A key with the right to bypass it can still remove the object: a typing error of ten years is not for ever.</summary>
    Governance,

    /// <summary>Nobody at all, the owner of the account included.</summary>
    Compliance,
}
