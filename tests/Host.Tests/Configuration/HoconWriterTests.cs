using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconWriterTests
{
    [Fact]
    public void Writes_one_line_per_leaf_in_ordinal_order()
    {
        HoconObject tree = HoconObject.Parse("b { z = 1, a = \"x y\" }, B = [1, {q = null}], a {}, \"a.b\" = include", "x.conf");

        string text = HoconWriter.Write(tree);

        Assert.Equal("B = [1, {q = null}]\na = {}\n\"a.b\" = include\nb.a = \"x y\"\nb.z = 1\n", text);
    }

    [Fact]
    public void Does_not_depend_on_how_a_tree_was_written()
    {
        HoconObject one = HoconObject.Parse("a { b = \"1\", c : [1\n2] }", "x.conf");
        HoconObject other = HoconObject.Parse("a.c = [1] [2]\na.b = 1", "y.conf");

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(HoconWriter.Write(one), HoconWriter.Write(other));
    }

    [Theory]
    [InlineData("a = 1", "a = 2")]
    [InlineData("a = null", "a = \"null\"")]
    [InlineData("a = 1", "b = 1")]
    [InlineData("a = 1", "a = 1, b = 1")]
    [InlineData("a = [1, 2]", "a = [2, 1]")]
    [InlineData("a = []", "a = {}")]
    [InlineData("a.b = 1", "\"a.b\" = 1")]
    [InlineData("a = [1, 2]", "a = \"[1, 2]\"")]
    public void Tells_different_trees_apart(string one, string other)
    {
        Assert.NotEqual(HoconObject.Parse(one, "x"), HoconObject.Parse(other, "x"));
        Assert.NotEqual(Hocon.Canonical(one), Hocon.Canonical(other));
    }

    [Fact]
    public void Writes_text_that_parses_back_to_an_equal_tree()
    {
        for (ulong seed = 0; seed < 2000; seed++)
        {
            HoconObject tree = new RandomTrees(new SeededRandom(seed, "tree")).NextObject(depth: 5);

            string text = HoconWriter.Write(tree);
            HoconObject back = HoconObject.Parse(text, $"seed {seed}");

            Assert.True(tree.Equals(back), $"seed {seed}: {text}");
            Assert.Equal(text, HoconWriter.Write(back));
        }
    }
}
