using System.Collections.Immutable;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Configuration;

namespace ActorFed.Host.Tests.Configuration;

/// <summary>Trees with awkward keys and texts, from a seed.</summary>
internal sealed class RandomTrees(SeededRandom random)
{
    private static readonly string[] Pieces =
    [
        "a", "b", "step-lower", "1", "0.5", "1e-3", "null", "none", "include", "true", "x y", " ", "", ".", "..", "\"", "\\", "\n", "\r\n",
        "\t", "#", "//", "${x}", "$", "{", "}", "[", "]", ",", "=", ":", "+=", "+", "é", "日本", "\uD83D\uDE00", "\uD83D", "\u0001", "\u0085", "\uFEFF",
        "\u2028", "\"\"\"", "\\u0041", "file(", "-",
    ];

    private static readonly Origin Nowhere = new("random");

    public HoconObject NextObject(int depth)
    {
        ImmutableSortedDictionary<string, HoconField>.Builder fields = HoconObject.NoFields.ToBuilder();
        for (int i = random.NextInt32(5); i > 0; i--)
        {
            fields[NextText()] = new HoconField(Nowhere, NextValue(depth - 1));
        }

        return new HoconObject(Nowhere, fields.ToImmutable());
    }

    private HoconValue NextValue(int depth) => random.NextInt32(depth > 0 ? 7 : 4) switch
    {
        0 => new HoconNull(Nowhere),
        < 4 => new HoconScalar(Nowhere, NextText()),
        4 => new HoconList(Nowhere, [.. Enumerable.Range(0, random.NextInt32(4)).Select(_ => NextValue(depth - 1))]),
        _ => NextObject(depth),
    };

    private string NextText() => string.Concat(Enumerable.Range(0, 1 + random.NextInt32(3)).Select(_ => Pieces[random.NextInt32(Pieces.Length)]));
}
