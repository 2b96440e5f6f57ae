using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconIncludeTests
{
    [Theory]
    [InlineData("include \"common.conf\"")]
    [InlineData("include file(\"common.conf\")")]
    [InlineData("include required(file(\"common.conf\"))")]
    [InlineData("include required(\"common.conf\")")]
    [InlineData("include \"../dir/./common.conf\"")]
    public void Reads_a_file_relative_to_the_including_one(string include)
    {
        Dictionary<string, string> files = new() { ["dir/x.conf"] = $"a = 0\n{include}\nb = 2", ["dir/common.conf"] = "a = 1, b = 1" };

        string text = Hocon.Canonical(files, "dir/x.conf");

        Assert.Equal("a = 1; b = 2", text);
    }

    [Fact]
    public void Puts_an_included_file_into_the_section_it_stands_in()
    {
        Dictionary<string, string> files = new()
        {
            ["x.conf"] = "rate = 1\ns { include \"sub/a.conf\", after = 2 }",
            ["sub/a.conf"] = "own = 3, t { include \"b.conf\" }, global = ${rate}",
            ["sub/b.conf"] = "near = 4, x = ${near}, y = ${own}, z = ${rate}, x = ${x}0",
        };

        string text = Hocon.Canonical(files, "x.conf");

        Assert.Equal("rate = 1; s.after = 2; s.global = 1; s.own = 3; s.t.near = 4; s.t.x = 40; s.t.y = 3; s.t.z = 1", text);
    }

    [Fact]
    public void Skips_a_missing_file_unless_it_is_required()
    {
        Dictionary<string, string> files = new()
        {
            ["x.conf"] = "include \"no.conf\"\na = 1",
            ["y.conf"] = "\ninclude required(file(\"no.conf\"))",
        };

        string error = Hocon.ErrorOf(() => Hocon.Canonical(files, "y.conf"));

        Assert.Equal("a = 1", Hocon.Canonical(files, "x.conf"));
        Assert.Equal("y.conf:2: the required file no.conf does not exist", error);
    }

    [Fact]
    public void Names_the_chain_of_files_that_include_each_other()
    {
        Dictionary<string, string> files = new()
        {
            ["x.conf"] = "include \"d/a.conf\"",
            ["d/a.conf"] = "a = 1\ninclude \"b.conf\"",
            ["d/b.conf"] = "include \"../d/a.conf\"",
        };

        string error = Hocon.ErrorOf(() => Hocon.Canonical(files, "x.conf"));

        Assert.Equal("d/b.conf:1: files include each other: d/a.conf -> d/b.conf -> d/a.conf; remove one include", error);
    }

    [Fact]
    public void Reads_one_file_twice_when_it_does_not_include_itself()
    {
        Dictionary<string, string> files = new() { ["x.conf"] = "a { include \"c.conf\" }, b { include \"c.conf\" }", ["c.conf"] = "c = 1" };

        Assert.Equal("a.c = 1; b.c = 1", Hocon.Canonical(files, "x.conf"));
    }

    [Fact]
    public void Names_the_included_file_in_errors()
    {
        Dictionary<string, string> files = new() { ["x.conf"] = "include \"c.conf\"", ["c.conf"] = "\n\na = [" };

        Assert.StartsWith("c.conf:3: the [ of c.conf:3 is not closed", Hocon.ErrorOf(() => Hocon.Canonical(files, "x.conf")));
    }

    [Theory]
    [InlineData("include foo.conf", "x.conf:1: expected a file name in quotes after include, found \"foo.conf\"")]
    [InlineData("include url(\"http://x\")", "x.conf:1: expected a file name in quotes after include, found \"url(\"")]
    [InlineData("include file(\"a.conf\"", "x.conf:1: expected ) after the file name of the include, found the end of the file")]
    [InlineData("include \"a.conf\"", "x.conf:1: \"a.conf\" cannot be included here")]
    public void Says_how_an_include_is_written(string text, string expected) => Assert.StartsWith(expected, Hocon.ErrorOf(text));

    [Fact]
    public void Bounds_the_depth_of_includes()
    {
        string error = Hocon.ErrorOf(() => HoconParser.Parse("include \"1\"", "0", file => $"include \"{int.Parse(file) + 1}\""));

        Assert.Equal("31:1: includes nest deeper than 32 files; include fewer levels", error);
    }

    [Theory]
    [InlineData("x.conf", "y.conf", "y.conf")]
    [InlineData("a/x.conf", "../y.conf", "y.conf")]
    [InlineData("x.conf", "../y.conf", "../y.conf")]
    [InlineData("../a/x.conf", "../../y.conf", "../../y.conf")]
    [InlineData("/a/b/x.conf", "../y.conf", "/a/y.conf")]
    [InlineData("a/x.conf", "/y.conf", "/y.conf")]
    [InlineData("", "./a//x.conf", "a/x.conf")]
    public void Gives_one_file_one_name(string including, string included, string expected) =>
        Assert.Equal(expected, HoconPath.ResolveFile(including, included));
}
