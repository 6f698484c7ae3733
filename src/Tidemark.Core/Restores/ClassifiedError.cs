namespace Tidemark.Restores;

/// <summary>An error that the restore went past, and how much it matters.</summary>
internal sealed record ClassifiedError(RestoreError Error, ErrorClass Class, string Reason)
{
    public static ClassifiedError Of(RestoreError error, bool noOwner)
    {
        var (kind, reason) = error.Classify(noOwner);
        return new ClassifiedError(error, kind, reason);
    }

    public override string ToString() => $"{Reason}: {Error}";
}
