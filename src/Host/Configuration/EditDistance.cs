namespace ActorFed.Host.Configuration;

/// <summary>How many slips of the keyboard lie between two words.</summary>
internal static class EditDistance
{
    /// <summary>Fewest insertions, deletions, replacements and swaps of neighbours that turn one text into the other.</summary>
    /// <remarks>
    /// Source: Damerau, "A technique for computer detection and correction of spelling errors", 1964, in its restricted form
    /// (no letter is moved twice), by the recurrence of Wagner and Fischer, 1974.
    /// </remarks>
    public static int Between(string left, string right)
    {
        int[,] distance = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                int replacement = distance[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                distance[i, j] = Math.Min(replacement, 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    distance[i, j] = Math.Min(distance[i, j], 1 + distance[i - 2, j - 2]);
                }
            }
        }

        return distance[left.Length, right.Length];
    }

    /// <summary>
    /// The path nearest to <paramref name="path"/>, by its whole or by its last element alone, so that a key in the wrong
    /// section is found too; capitals do not count. Null when there are no candidates.
    /// </summary>
    public static string? Nearest(string path, IEnumerable<string> candidates)
    {
        string wanted = Fold(path);
        return candidates
            .Select(candidate => (Path: candidate, Whole: Between(wanted, Fold(candidate)), Last: Between(Last(wanted), Last(Fold(candidate)))))
            .OrderBy(entry => Math.Min(entry.Whole, entry.Last))
            .ThenBy(entry => entry.Whole)
            .ThenBy(entry => entry.Path, StringComparer.Ordinal)
            .Select(entry => entry.Path)
            .FirstOrDefault();
    }

    // A key may be very long by accident; its first 200 characters are enough to find the one that was meant.
    private static string Fold(string path) => path[..Math.Min(path.Length, 200)].ToLowerInvariant();

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
