using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconParserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a = 1", "a = 1")]
    [InlineData("a : 1", "a = 1")]
    [InlineData("{ a = 1 }", "a = 1")]
    [InlineData("\uFEFF{\r\n\"a\": 1,\r\n\"b\": \"c\"\r\n}\r\n", "a = 1; b = c")]
    [InlineData("a { b = 1 }", "a.b = 1")]
    [InlineData("a = { b : { c = 1 } }", "a.b.c = 1")]
    [InlineData("a =\n  {\n b = 1 }", "a.b = 1")]
    [InlineData("a.b.c = 1", "a.b.c = 1")]
    [InlineData("a.\"b.c\".d = 1", "a.\"b.c\".d = 1")]
    [InlineData("\"\" = 1", "\"\" = 1")]
    [InlineData("a = 1, b = 2\nc = 3,\n", "a = 1; b = 2; c = 3")]
    [InlineData("a {}", "a = {}")]
    [InlineData("# one\n a = 1 # two\n// three\nb = 2 // four\n#", "a = 1; b = 2")]
    [InlineData("a = x#y\nb = x//y\nc = x/y", "a = x; b = x; c = \"x/y\"")]
    [InlineData("1.5 = x", "1.5 = x")]
    public void Reads_keys_sections_and_comments(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("plain words  stay", "plain words  stay")]
    [InlineData("  trimmed \t ", "trimmed")]
    [InlineData("\"a\" b \"c\"", "a b c")]
    [InlineData("\"  kept \"", "  kept ")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\\u00e9\"", "a\"b\\c/d\b\f\n\r\t\u00e9")]
    [InlineData("\"\"\"one\n\"two\" \\n \"\"\"", "one\n\"two\" \\n ")]
    [InlineData("\"\"\"ends in a quote\"\"\"\"", "ends in a quote\"")]
    [InlineData("\"null\"", "null")]
    [InlineData("null and more", "null and more")]
    [InlineData("1e-3", "1e-3")]
    [InlineData("1e+3", "1e+3")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("/data/mnist", "/data/mnist")]
    public void Reads_texts(string written, string expected)
    {
        HoconValue value = HoconObject.Parse($"a = {written}", "x.conf").Find("a")!.Value;

        Assert.Equal(expected, Assert.IsType<HoconScalar>(value).Text);
    }

    [Theory]
    [InlineData("a = null", "a = null")]
    [InlineData("a = [1, 2]", "a = [1, 2]")]
    [InlineData("a = []", "a = []")]
    [InlineData("a = [\n1\n2,\n3, # c\n]", "a = [1, 2, 3]")]
    [InlineData("a = [1] [2]  [3]", "a = [1, 2, 3]")]
    [InlineData("a = [[1, 2], [x y]]", "a = [[1, 2], [\"x y\"]]")]
    [InlineData("a = [{ b = 1, c.d = 2 }, {}]", "a = [{b = 1, c = {d = 2}}, {}]")]
    [InlineData("a = { b = 1 } { c = 2 }", "a.b = 1; a.c = 2")]
    [InlineData("a = [1]\na += 2\na += [3]", "a = [1, 2, [3]]")]
    [InlineData("a += 1", "a = [1]")]
    [InlineData("a = [{ b = [1], b += 2 }]", "a = [{b = [1, 2]}]")]
    public void Reads_lists_and_joins_values(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("a = 1, a = 2", "a = 2")]
    [InlineData("a { b = 1, c = 1 }, a { c = 2, d = 3 }", "a.b = 1; a.c = 2; a.d = 3")]
    [InlineData("a.b = 1, a.c = 2", "a.b = 1; a.c = 2")]
    [InlineData("a { b = 1 }, a = 5", "a = 5")]
    [InlineData("a { b = 1 }, a = null, a { c = 2 }", "a.c = 2")]
    [InlineData("a = [1], a = [2]", "a = [2]")]
    public void Lets_later_settings_win_and_merges_sections(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("a", "x.conf:1: expected =, : or { after the key a, found the end of the file")]
    [InlineData("x = 1\na b = 1", "x.conf:2: expected =, : or { after the key a, found \"b\"")]
    [InlineData("a = \n}", "x.conf:2: a: expected a value, found \"}\"")]
    [InlineData("a = 1\nb.c =", "x.conf:2: b.c: expected a value, found the end of the file")]
    [InlineData("a..b = 1", "x.conf:1: expected a key, found \".b\"")]
    [InlineData(".a = 1", "x.conf:1: expected a key, found \".a\"")]
    [InlineData("a. = 1", "x.conf:1: expected a key, found \"=\"; a key is words")]
    [InlineData("a = 1,, b = 2", "x.conf:1: expected a key, found \",\"")]
    [InlineData("a = 1\nb {\n c = 1\n", "x.conf:4: the { of x.conf:2 is not closed")]
    [InlineData("a = [1\n2", "x.conf:2: the [ of x.conf:1 is not closed")]
    [InlineData("a = [1,,2]", "x.conf:1: a: expected a value, found \",\"")]
    [InlineData("a = [,1]", "x.conf:1: a: expected a value, found \",\"")]
    [InlineData("a = [1 = 2]", "x.conf:1: a: expected a comma, a new line or ] in the list, found \"=\"")]
    [InlineData("{ a = 1", "x.conf:1: the { of x.conf:1 is not closed")]
    [InlineData("{ a = 1 }\nb = 2", "x.conf:2: expected the end of the file, found \"b\"")]
    [InlineData("a = 1 }", "x.conf:1: expected a new line or a comma before the next key, found \"}\"")]
    [InlineData("[1, 2]", "x.conf:1: a list stands where the keys should")]
    [InlineData("a = \"b", "x.conf:1: a string is not closed on its line")]
    [InlineData("a = \"b\n\"", "x.conf:1: a string is not closed on its line")]
    [InlineData("a = \"\"\"b\n", "x.conf:1: a text in triple quotes is not closed")]
    [InlineData("a = \"\\x\"", "x.conf:1: a string has a \\ that starts no escape")]
    [InlineData("a = \"\\u12\"", "x.conf:1: a string has a \\ that starts no escape")]
    [InlineData("a = http://x", "x.conf:1: expected a new line or a comma before the next key, found \":\"; quote a value")]
    [InlineData("a = $b", "x.conf:1: found a $ that starts no ${substitution}")]
    [InlineData("a = ${b", "x.conf:1: expected } to close the substitution of b, found the end of the file")]
    [InlineData("a = ${}", "x.conf:1: expected a key, found \"}\"")]
    [InlineData("a = [1] x", "x.conf:1: a: a list and a text cannot be joined")]
    [InlineData("a = {} [1]", "x.conf:1: a: a section and a list cannot be joined")]
    [InlineData("a = 5\na += 6", "x.conf:2: a: a text and a list cannot be joined")]
    public void Says_where_and_what_is_wrong(string text, string expected) =>
        Assert.StartsWith(expected, Hocon.ErrorOf(text));

    [Fact]
    public void Bounds_nesting_and_length()
    {
        string deepList = "a = " + new string('[', 100_000);
        string deepKey = string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1";
        string deepSections = string.Concat(Enumerable.Repeat("a {", 100_000));
        string longText = "a = " + new string('x', (4 << 20) + 1);

        Assert.Contains("nest deeper than 100 levels", Hocon.ErrorOf(deepList));
        Assert.Contains("nest deeper than 100 levels", Hocon.ErrorOf(deepKey));
        Assert.Contains("nest deeper than 100 levels", Hocon.ErrorOf(deepSections));
        Assert.Contains("at most 4194304 are read", Hocon.ErrorOf(longText));
    }

    [Fact]
    public void Gives_every_key_and_value_its_line()
    {
        HoconObject tree = HoconObject.Parse("a {\n  b = \"\"\"x\ny\"\"\"\n  c =\n 2\n}\na.b = 3", "x.conf");

        Assert.Equal(new Origin("x.conf", 1), tree.Find("a")!.Origin);
        Assert.Equal(new Origin("x.conf", 7), tree.Find("a.b")!.Origin);
        Assert.Equal(new Origin("x.conf", 4), tree.Find("a.c")!.Origin);
        Assert.Equal(new Origin("x.conf", 5), tree.Find("a.c")!.Value.Origin);
    }

    [Fact]
    public void Finds_by_path_and_answers_null_for_what_is_not_there()
    {
        HoconObject tree = HoconObject.Parse("a.\"b.c\" = 1", "x.conf");

        Assert.Equal("1", tree.Find("a.\"b.c\"")!.Value.ToString());
        Assert.Same(tree, tree.Find("")!.Value);
        Assert.Null(tree.Find("a.b.c"));
        Assert.Null(tree.Find("a.\"b.c\".d"));
        Assert.Contains("path 'a..b'", Hocon.ErrorOf(() => tree.Find("a..b")));
    }
}
