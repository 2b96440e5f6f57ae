using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class HoconCommentsTests
{
    private const string Reference = "hocon/reference.conf";

    [Fact]
    public void Every_key_of_the_reference_is_documented()
    {
        Assert.True(RepositoryFiles.Exists(Reference), $"{Reference} is missing: every key stands there with default, unit and meaning.");
        Expect.NoViolation(HoconComments.Violations(Reference, RepositoryFiles.Read(Reference)));
    }

    [Theory]
    [InlineData("# Why.\na = 1")]
    [InlineData("// Why.\na : 1")]
    [InlineData("a {\n  # Why.\n  b = 1\n}")]
    [InlineData("a.b {\n\n  # First line,\n  # second line.\n  c = [\n    1\n    2\n  ]\n}")]
    [InlineData("# Why.\na = \"\"\"x\nb = 1\n\"\"\"")]
    [InlineData("# Why.\na = {}")]
    [InlineData("include \"other.conf\"")]
    [InlineData("")]
    public void Lets_documented_keys_pass(string text) => Assert.Empty(HoconComments.Violations("r.conf", text));

    [Theory]
    [InlineData("a = 1", "r.conf:1: a has no comment")]
    [InlineData("# Why.\n\na = 1", "r.conf:3: a has no comment")]
    [InlineData("# Why.\na = 1\nb = 2", "r.conf:3: b has no comment")]
    [InlineData("# Why.\na {\n  b = 1\n}", "r.conf:3: a.b has no comment")]
    [InlineData("#\na = 1", "r.conf:1: cannot be read")]
    [InlineData("# Why.\na { b = 1 }", "r.conf:2: a has several keys")]
    [InlineData("# Why.\na = { b = 1 }", "r.conf:2: a has several keys")]
    [InlineData("a", "r.conf:1: cannot be read")]
    [InlineData("}", "r.conf:1: a closing brace too many")]
    [InlineData("a {", "r.conf: ends inside a")]
    [InlineData("# Why.\na = [", "r.conf: ends inside a value")]
    public void Finds_what_is_not_documented(string text, string violation) => Assert.StartsWith(
        violation, HoconComments.Violations("r.conf", text).First(), StringComparison.Ordinal);
}
