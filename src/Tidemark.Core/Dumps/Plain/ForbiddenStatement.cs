namespace Tidemark.Dumps.Plain;

/// <summary>Something in a dump that would act outside the target database, or that we cannot follow, when psql replays it.</summary>
/// <param name="Line">1-based line on which it begins.</param>
/// <param name="Text">Its first 80 characters on one line.</param>
/// <param name="Why">What is wrong with it.</param>
internal sealed record ForbiddenStatement(long Line, string Text, string Why);
