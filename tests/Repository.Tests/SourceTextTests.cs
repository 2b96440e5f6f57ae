using Xunit;

namespace ActorFed.Repository.Tests;

public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a // bad", "a       ")]
    [InlineData("a /* bad\nbad */ b", "a       \n       b")]
    [InlineData("f(\"bad\")", "f(     )")]
    [InlineData("f(\"a\\\"bad\", x)", "f(        , x)")]
    [InlineData("f(\"\", x)", "f(  , x)")]
    [InlineData("f(@\"c:\\\", x)", "f(      , x)")]
    [InlineData("f(@\"a\"\"bad\", x)", "f(         , x)")]
    [InlineData("f(\"\"\"a \"bad\" b\"\"\", x)", "f(               , x)")]
    [InlineData("f('\"', x)", "f(   , x)")]
    [InlineData("f('\\'', x)", "f(    , x)")]
    [InlineData("f(\"// bad\") / y", "f(        ) / y")]
    public void Blanks_comments_and_literals(string source, string code) => Assert.Equal(code, SourceText.CodeOf(source));

    [Theory]
    [InlineData("$\"bad {x.Good} bad\"", "x.Good")]
    [InlineData("$\"bad {f(\"bad\")} bad\"", "f(     )")]
    [InlineData("$\"bad {{bad}} {x}\"", "x")]
    [InlineData("$@\"bad {x} \"\" bad\"", "x")]
    [InlineData("$$\"\"\"bad {bad} {{x}} bad\"\"\"", "x")]
    [InlineData("$\"{(a ? $\"bad {x}\" : \"bad\")}\"", "(a ?        x   :      )")]
    public void Keeps_the_holes_of_interpolated_strings(string source, string hole)
    {
        string code = SourceText.CodeOf(source);

        Assert.Equal(hole, code.Trim());
        Assert.Equal(source.Length, code.Length);
    }

    [Theory]
    [InlineData("\"never closed")]
    [InlineData("/* never closed")]
    [InlineData("$\"{never closed")]
    [InlineData("'")]
    public void Ends_with_a_source_that_breaks_off(string source) => Assert.Equal(source.Length, SourceText.CodeOf(source).Length);
}
