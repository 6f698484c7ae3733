using System.Globalization;
using System.Security.Cryptography;

namespace Tidemark.BaseBackups;

/// <summary>The name of a base backup: <c>20260102T030405Z-a1b2c3</c>. It tells when it began for the eye; nothing is ever decided by its order.</summary>
internal readonly record struct BaseId
{
    private const string Time = "yyyyMMdd'T'HHmmss'Z'";
    private const int TimeLength = 16, MarkLength = 6;

    private BaseId(string text) => Text = text;

    public string Text { get; }

    /// <param name="started">By the server's clock.</param>
    public static BaseId New(DateTimeOffset started) =>
        new($"{started.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(MarkLength, lowercase: true)}");

    public static bool TryParse(string text, out BaseId id)
    {
        id = new BaseId(text);
        return text.Length == TimeLength + 1 + MarkLength && text[TimeLength] == '-'
            && text.AsSpan(TimeLength + 1).IndexOfAnyExceptInRange('0', 'f') < 0 && text.AsSpan(TimeLength + 1).IndexOfAnyInRange(':', '`') < 0
            && DateTime.TryParseExact(text.AsSpan(0, TimeLength), Time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out _);
    }

    public override string ToString() => Text;
}
