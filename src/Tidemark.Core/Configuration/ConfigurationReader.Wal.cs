using System.Buffers;

namespace Tidemark.Configuration;

/// <summary>How WAL is received.</summary>
internal sealed partial class ConfigurationReader
{
    /// <summary>PostgreSQL's NAMEDATALEN, less the end.</summary>
    private const int LongestSlot = 63;

    private static readonly SearchValues<char> SlotLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private WalOptions ReadWal() => new()
    {
        IsReceived = OneOf(SettingCatalogue.Wal, "receive", "off"),
        Slot = ReadSlot(),
        ShipEvery = Span(SettingCatalogue.WalShipEvery) ?? default,
        Synchronous = OneOf(SettingCatalogue.WalSynchronous, "yes", "no"),
        SpoolLimit = Bytes(SettingCatalogue.WalSpoolLimit),
        SlotLimit = Bytes(SettingCatalogue.WalSlotLimit),
        DropsSlot = OneOf(SettingCatalogue.WalOverLimit, "drop", "alarm"),
    };

    private string ReadSlot()
    {
        var name = Text(SettingCatalogue.WalSlot)!;
        if (name.Length is 0 or > LongestSlot || name.AsSpan().ContainsAnyExcept(SlotLetters))
            faults.Add(SettingCatalogue.WalSlot, name, layers.Get(SettingCatalogue.WalSlot).Origin, "must be lower-case letters, digits and _, at most 63: tidemark");
        return name;
    }

    private bool OneOf(Setting setting, string yes, string no)
    {
        var text = Text(setting)!;
        if (text != yes && text != no) faults.Add(setting, text, layers.Get(setting).Origin, $"must be {yes} or {no}");
        return text == yes;
    }

    private long Bytes(Setting setting)
    {
        var text = Text(setting)!;
        if (!ByteCount.TryParse(text, out var count)) faults.Add(setting, text, layers.Get(setting).Origin, $"must be a whole number and one of kB, MB, GB, KiB, MiB, GiB, from 1kB on: {setting.Default}");
        return count.Bytes;
    }
}
