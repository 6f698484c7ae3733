namespace Tidemark.Postgres.Wal;

/// <summary>The number at the start of every page; it is raised when the format changes, and each major has its own (XLOG_PAGE_MAGIC).</summary>
internal static class WalMagic
{
    /// <summary>Null: of no major that we read.</summary>
    public static int? MajorOf(ushort magic) => magic switch
    {
        0xD106 => 13,
        0xD10D => 14,
        0xD110 => 15,
        0xD113 => 16,
        0xD116 => 17,
        0xD118 => 18,
        _ => null,
    };
}
