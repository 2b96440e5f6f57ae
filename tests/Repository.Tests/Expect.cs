using Xunit;

namespace ActorFed.Repository.Tests;

/// <summary>Fails with every violation in full: the list is what has to be mended.</summary>
internal static class Expect
{
    public static void NoViolation(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }
}
