using System.Globalization;
using System.Text;
using ActorFed.Actors;

namespace ActorFed.Host.Runs;

/// <summary>Makes the ids of runs, which are also the names of their folders.</summary>
internal static class RunId
{
    private const int MaxDraws = 10;

    /// <summary>An id such as <c>20261121-0942-adbo-hyperclean-7f3a</c>: sorts by time, says what ran.</summary>
    /// <param name="startedAt">When the run starts; written in the offset it carries.</param>
    /// <param name="algorithm">Name of the algorithm.</param>
    /// <param name="problem">Name of the problem.</param>
    /// <param name="salt">Tells runs of the same minute apart; any number.</param>
    public static string Create(DateTimeOffset startedAt, string algorithm, string problem, ushort salt) => string.Create(
        CultureInfo.InvariantCulture, $"{startedAt:yyyyMMdd-HHmm}-{Slug(algorithm)}-{Slug(problem)}-{salt:x4}");

    /// <summary>Makes a run under an id that no other has: of many that are submitted in one minute two may draw the same.</summary>
    /// <param name="draw">Draws an id.</param>
    /// <param name="create">Makes the run.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="RunExistsException">There are as many as that.</exception>
    public static string Claim(Func<string> draw, Action<string> create)
    {
        for (int attempt = 1; ; attempt++)
        {
            string id = draw();
            try
            {
                create(id);
                return id;
            }
            catch (RunExistsException) when (attempt < MaxDraws)
            {
                // the next one, since whose it is does not matter
            }
        }
    }

    private static string Slug(string name)
    {
        StringBuilder slug = new();
        foreach (char c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        string trimmed = slug.ToString().Trim('-');
        return trimmed.Length == 0 ? "x" : trimmed[..Math.Min(24, trimmed.Length)].Trim('-');
    }
}
