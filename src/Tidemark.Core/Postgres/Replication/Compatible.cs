namespace Tidemark.Postgres.Replication;

/// <summary>Unicode's normal form KC (UAX 15): taken apart, sorted, put together. The program is built without ICU, so .NET's own does nothing.</summary>
internal static class Compatible
{
    // Hangul syllables are arithmetic: leading consonants × vowels × trailing consonants or none.
    private const int FirstSyllable = 0xAC00, FirstLead = 0x1100, FirstVowel = 0x1161, BeforeTrail = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28;

    public static List<int> Decompose(IEnumerable<int> codes, UnicodeTables tables)
    {
        var apart = new List<int>();
        foreach (var code in codes)
        {
            var syllable = code - FirstSyllable;
            if (syllable is >= 0 and < Leads * Vowels * Trails)
            {
                apart.Add(FirstLead + (syllable / (Vowels * Trails)));
                apart.Add(FirstVowel + (syllable % (Vowels * Trails) / Trails));
                if (syllable % Trails != 0) apart.Add(BeforeTrail + (syllable % Trails));
            }
            else if (tables.Apart(code) is { } parts) apart.AddRange(parts);
            else apart.Add(code);
        }
        Sort(apart, tables);
        return apart;
    }

    public static List<int> Compose(List<int> codes, UnicodeTables tables)
    {
        var whole = new List<int>();
        int starter = -1, before = 0;
        foreach (var code in codes)
        {
            var rank = tables.Class(code);
            // A mark reaches back to its letter unless one of its own class, or a letter, stands between.
            var isNext = starter >= 0 && starter == whole.Count - 1;
            if (starter >= 0 && (isNext || (before != 0 && before < rank)) && Pair(whole[starter], code, tables) is { } composed)
            {
                whole[starter] = composed;
                continue;
            }
            if (rank == 0) starter = whole.Count;
            before = rank;
            whole.Add(code);
        }
        return whole;
    }

    private static int? Pair(int first, int second, UnicodeTables tables)
    {
        if (first - FirstLead is >= 0 and < Leads && second - FirstVowel is >= 0 and < Vowels)
            return FirstSyllable + ((((first - FirstLead) * Vowels) + second - FirstVowel) * Trails);
        if (first - FirstSyllable is >= 0 and < Leads * Vowels * Trails && (first - FirstSyllable) % Trails == 0 && second - BeforeTrail is > 0 and < Trails)
            return first + second - BeforeTrail;
        return tables.Together(first, second);
    }

    /// <summary>Marks after a letter stand in the order of their classes; of one class, as they came.</summary>
    private static void Sort(List<int> codes, UnicodeTables tables)
    {
        for (var at = 1; at < codes.Count; at++)
        {
            var code = codes[at];
            var rank = tables.Class(code);
            if (rank == 0) continue;
            var to = at;
            for (; to > 0 && tables.Class(codes[to - 1]) > rank; to--) codes[to] = codes[to - 1];
            codes[to] = code;
        }
    }
}
