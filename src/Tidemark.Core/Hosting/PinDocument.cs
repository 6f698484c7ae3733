using Tidemark.Retention;

namespace Tidemark.Hosting;

/// <summary>A pin as every command shows it; <paramref name="Until"/> is null where it holds until somebody takes it off.</summary>
internal sealed record PinDocument(string Reason, string By, DateTimeOffset At, DateTimeOffset? Until)
{
    public static PinDocument Of(PinMark pin) => new(pin.Reason, pin.By, pin.At, pin.Until);
}
