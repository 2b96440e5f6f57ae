using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class TextRulesTests
{
    private const string GoodDecision = "# 0007. A title\n\n## Context\n\nWhy.\n\n## Choice\n\nWhat.\n\n## Price\n\nHow much.\n";

    [Fact]
    public void Sources_fit_the_head() =>
        Expect.NoViolation(TextRules.TooLong(RepositoryFiles.Under("src/", ".cs").Select(path => (path, RepositoryFiles.Read(path)))));

    [Fact]
    public void No_file_names_a_path_of_one_machine() =>
        Expect.NoViolation(RepositoryFiles.Texts.SelectMany(path => TextRules.MachinePaths(path, RepositoryFiles.Read(path))));

    [Fact]
    public void No_file_names_a_package_registry() =>
        Expect.NoViolation(RepositoryFiles.Texts.SelectMany(path => TextRules.RegistryHosts(path, RepositoryFiles.Read(path))));

    [Fact]
    public void Every_decision_says_context_choice_and_price()
    {
        string[] paths = [.. RepositoryFiles.Under("docs/decisions/", "")];

        Assert.NotEmpty(paths);
        Expect.NoViolation(paths.SelectMany(path => TextRules.Decision(path, RepositoryFiles.Read(path))));
        Assert.Distinct(paths.Select(path => Path.GetFileName(path)[..4]));
    }

    [Fact]
    public void Every_script_can_be_run()
    {
        string[] entries = [.. RepositoryFiles.Git("ls-files", "-s", "-z")];

        Assert.Contains(entries, entry => entry.EndsWith("\t.ci/run", StringComparison.Ordinal));
        Expect.NoViolation(TextRules.NotExecutable(entries.Where(entry => RepositoryFiles.Exists(entry[(entry.IndexOf('\t') + 1)..])), RepositoryFiles.Read));
    }

    [Fact]
    public void Counts_the_lines_of_a_source()
    {
        (string, string) longest = ("a.cs", string.Concat(Enumerable.Repeat("x\n", TextRules.MaxSourceLines)));
        (string, string) tooLong = ("b.cs", string.Concat(Enumerable.Repeat("x\n", TextRules.MaxSourceLines + 1)));

        Assert.Empty(TextRules.TooLong([longest]));
        string violation = Assert.Single(TextRules.TooLong([longest, tooLong]));
        Assert.StartsWith("b.cs has 501 lines", violation, StringComparison.Ordinal);
        Assert.Contains("a.cs (500)", violation, StringComparison.Ordinal);
    }

    [Theory] // in halves, so that this file has none itself
    [InlineData("see /ho", "me/ada/notes")]
    [InlineData("\"/ro", "ot/.cache\"")]
    [InlineData("cd /wo", "rk/tree")]
    [InlineData("/Us", "ers/ada")]
    [InlineData("C:\\Us", "ers\\ada")]
    public void Finds_a_path_of_one_machine(string first, string second) => Assert.Single(TextRules.MachinePaths("a.md", first + second));

    [Theory]
    [InlineData("https://example.org/home/page")]
    [InlineData("docs/work/a.md")]
    [InlineData("~/.cache/actorfed")]
    [InlineData("a / home / b")]
    public void Lets_other_paths_pass(string text) => Assert.Empty(TextRules.MachinePaths("a.md", text));

    [Theory]
    [InlineData("https://api.nuget", ".org/v3")]
    [InlineData("registry.npm", "js.com")]
    [InlineData("https://PyP", "I.org/simple")]
    public void Finds_a_package_registry(string first, string second) => Assert.Single(TextRules.RegistryHosts("a", first + second));

    [Fact]
    public void Lets_a_whole_decision_pass() => Assert.Empty(TextRules.Decision("docs/decisions/0007-a-title.md", GoodDecision));

    [Theory]
    [InlineData("docs/decisions/0007-a-title.md", "## Choice")]
    [InlineData("docs/decisions/0007-a-title.md", "How much.")]
    [InlineData("docs/decisions/0007-a-title.md", "# 0007. ")]
    [InlineData("docs/decisions/title.md", "")]
    [InlineData("docs/decisions/0008-a-title.md", "")]
    public void Finds_what_a_decision_lacks(string path, string removed) =>
        Assert.NotEmpty(TextRules.Decision(path, removed.Length == 0 ? GoodDecision : GoodDecision.Replace(removed, "", StringComparison.Ordinal)));

    [Fact]
    public void Finds_sections_in_the_wrong_order()
    {
        string text = "# 0007. A title\n\n## Choice\n\nWhat.\n\n## Context\n\nWhy.\n\n## Price\n\nHow much.\n";

        Assert.Single(TextRules.Decision("docs/decisions/0007-a-title.md", text));
    }

    [Theory]
    [InlineData("100644 0000 0\ta.sh", 1)]
    [InlineData("100755 0000 0\ta.sh", 0)]
    [InlineData("100644 0000 0\ta.txt", 0)]
    public void Finds_a_script_without_the_run_bit(string entry, int violations) => Assert.Equal(
        violations, TextRules.NotExecutable([entry], path => path == "a.sh" ? "#!/bin/sh" : "text").Count());
}
