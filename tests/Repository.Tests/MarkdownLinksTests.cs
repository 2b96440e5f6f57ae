using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class MarkdownLinksTests
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["README.md"] = "# Read me\n## What it is: `x` & y\n## Twice\n## Twice\n```\n# no heading\n```\n<a id=\"made\"></a>",
        ["docs/a.md"] = "# A",
        ["docs/b.md"] = "(the text under test)",
        ["src/A.cs"] = "",
    };

    [Fact]
    public void Every_link_of_the_documentation_leads_somewhere()
    {
        string[] paths = [.. RepositoryFiles.Under("", ".md")];

        Assert.NotEmpty(paths);
        Expect.NoViolation(paths.SelectMany(path =>
            MarkdownLinks.Violations(path, RepositoryFiles.Read(path), RepositoryFiles.Exists, RepositoryFiles.Read)));
    }

    [Theory]
    [InlineData("[a](a.md)")]
    [InlineData("[a](./a.md#a)")]
    [InlineData("[r](../README.md#what-it-is-x--y)")]
    [InlineData("[r](../README.md#twice-1)")]
    [InlineData("[r](/README.md#made)")]
    [InlineData("[s](../src/A.cs#L3)")]
    [InlineData("[s](../src)")]
    [InlineData("[web](https://example.org/none.md) [mail](mailto:a@example.org)")]
    [InlineData("`[code](none.md)`")]
    [InlineData("```\n[code](none.md)\n```")]
    [InlineData("[here](#local)\n\n## Local")]
    public void Lets_a_good_link_pass(string text) => Assert.Empty(Violations(text));

    [Theory]
    [InlineData("[a](none.md)")]
    [InlineData("[a](README.md)")]
    [InlineData("[a](a.md#b)")]
    [InlineData("[r](../README.md#no-heading)")]
    [InlineData("[r](../README.md#twice-2)")]
    [InlineData("[out](../../other/a.md)")]
    [InlineData("[here](#local)")]
    [InlineData("![picture](none.png)")]
    [InlineData("[![picture](../src/A.cs)](none.md)")]
    [InlineData("See [a].\n\n[a]: none.md")]
    public void Finds_a_broken_link(string text) => Assert.Single(Violations(text));

    private static IEnumerable<string> Violations(string text) => MarkdownLinks.Violations(
        "docs/b.md", text, path => Files.Keys.Any(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal)), path => Files[path]);
}
