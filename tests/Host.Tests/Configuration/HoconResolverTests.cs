using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconResolverTests
{
    [Theory]
    [InlineData("a = ${b}, b = 1", "a = 1; b = 1")]
    [InlineData("a = ${b}, b = 1, b = 2", "a = 2; b = 2")]
    [InlineData("a = ${b.c}x ${ b.c }, b.c = 1", "a = \"1x 1\"; b.c = 1")]
    [InlineData("a = ${b}, b = [1, ${c}], c = {d = 1}", "a = [1, {d = 1}]; b = [1, {d = 1}]; c.d = 1")]
    [InlineData("a = ${b}, b = null", "a = null; b = null")]
    [InlineData("a = x${b}, b = null", "a = xnull; b = null")]
    [InlineData("a = \"${b}\"", "a = \"${b}\"")]
    [InlineData("a = [${?b}, 1, ${?c}], c = 2", "a = [1, 2]; c = 2")]
    [InlineData("a = ${?b}", "")]
    [InlineData("a = 1, a = ${?b}", "a = 1")]
    [InlineData("a = ${?b} ${?c}", "")]
    [InlineData("a = x${?b}y", "a = xy")]
    public void Looks_substitutions_up_in_the_merged_tree(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("b {x = 1, y = 1}, a = ${b} {y = 2}", "a.x = 1; a.y = 2; b.x = 1; b.y = 1")]
    [InlineData("b {x {p = 1}}, a = ${b} {x {q = 2}}", "a.x.p = 1; a.x.q = 2; b.x.p = 1")]
    [InlineData("b {x = 1}, a {y = 2}, a = ${b}", "a.x = 1; a.y = 2; b.x = 1")]
    [InlineData("b {x = 1}, a = ${b}, a {y = 2}, b {z = 3}", "a.x = 1; a.y = 2; a.z = 3; b.x = 1; b.z = 3")]
    [InlineData("b {x = 1}, a {x {y = 1}}, a = ${b}", "a.x = 1; b.x = 1")]
    [InlineData("b {x {p = 1}}, c {x {q = 2}}, a = ${b} ${c}", "a.x.p = 1; a.x.q = 2; b.x.p = 1; c.x.q = 2")]
    [InlineData("a = ${?b} {x = 1}", "a.x = 1")]
    public void Lets_a_section_inherit_from_another(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("path = [1] [2]\npath = ${path} [3]", "path = [1, 2, 3]")]
    [InlineData("a = 1, a = ${a}2, a = ${a}3", "a = 123")]
    [InlineData("a = ${?a} x", "a = \" x\"")]
    [InlineData("a = ${?a}x", "a = x")]
    [InlineData("s {a = 1}, s {a = ${s.a}2}", "s.a = 12")]
    [InlineData("a = {b = 1}, a = ${a} {c = 2}", "a.b = 1; a.c = 2")]
    [InlineData("a {x {c = 1}}, a = ${a.x}, a {x = 2}", "a.c = 1; a.x = 2")]
    [InlineData("a = 5, a = [${a}]", "a = [5]")]
    [InlineData("b {x = 1}, a = ${b} {x = ${a.x}2}", "a.x = 12; b.x = 1")]
    [InlineData("b {z = 1}, a {x = 1}, a = ${b} {x = ${a.x}2}", "a.x = 12; a.z = 1; b.z = 1")]
    [InlineData("b {x = 1}, a = ${b} {y = ${a.x}2}", "a.x = 1; a.y = 12; b.x = 1")]
    public void Looks_back_when_a_key_refers_to_itself(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("s {a = ${s.b}, b = 1}", "s.a = 1; s.b = 1")]
    [InlineData("bar {a = ${foo.d}, b = 1}, bar.b = 3, foo {c = ${bar.b}, d = 2}, foo.d = 4", "bar.a = 4; bar.b = 3; foo.c = 3; foo.d = 4")]
    [InlineData("a = ${b}, a = 1, b = ${a}", "a = 1; b = 1")]
    public void Lets_sections_refer_to_each_other_and_ignores_what_is_hidden(string text, string expected) =>
        Assert.Equal(expected, Hocon.Canonical(text));

    [Theory]
    [InlineData("a = ${b}\nb = ${c}\nc = ${a}", "x.conf:1: a: the value depends on itself: a -> b -> c -> a")]
    [InlineData("a = 1\na = ${b}\nb = ${a}", "x.conf:2: a: the value depends on itself: a -> b -> a")]
    [InlineData("a = ${?b}\nb = ${?a}", "x.conf:1: a: the value depends on itself: a -> b -> a")]
    [InlineData("a = {b = ${a}}", "x.conf:1: a: the value depends on itself: a -> a")]
    [InlineData("a = [{b = ${a}}]", "x.conf:1: a: the value depends on itself: a -> a")]
    [InlineData("a = {b = ${a} {b {c = 1}}}", "the value depends on itself: ")]
    [InlineData("a {x = ${b.x}}\nb {x = ${a.x}}", "x.conf:1: a.x: the value depends on itself: a.x -> b.x -> a.x")]
    public void Names_the_keys_of_a_cycle(string text, string expected) => Assert.Contains(expected, Hocon.ErrorOf(text));

    [Fact]
    public void Says_which_substitution_has_no_value()
    {
        Assert.Equal(
            "x.conf:2: s.a: ${b.c} has no value; set that key, or the environment variable b.c, or write ${?b.c} if it may be missing",
            Hocon.ErrorOf("s {\n a = ${b.c} }"));
        Assert.StartsWith("x.conf:1: a: ${a} refers to the value that its own key had before, and nothing set one", Hocon.ErrorOf("a = ${a}"));
    }

    [Fact]
    public void Asks_the_environment_last_and_never_for_what_is_null()
    {
        ObjectExpression parsed = HoconParser.Parse("a = ${HOME}, b = ${?USER}, c = ${HOME}x, USER = null, HOME2 = ${?NO}", "x.conf");

        HoconObject tree = HoconResolver.Resolve(parsed, name => name is "HOME" or "USER" ? $"<{name}>" : null);

        Assert.Equal("USER = null; a = \"<HOME>\"; b = null; c = \"<HOME>x\"", Hocon.Flatten(tree));
    }

    [Fact]
    public void Gives_the_same_tree_in_whatever_order_the_keys_stand()
    {
        string[] lines = ["a = ${b}1", "b = ${c.d}2", "c {d = ${e}, f = ${c.d}}", "e = 3", "g = ${c} {d = 4}"];

        string forward = Hocon.Canonical(string.Join('\n', lines));
        string backward = Hocon.Canonical(string.Join('\n', lines.Reverse()));

        Assert.Equal("a = 321; b = 32; c.d = 3; c.f = 3; e = 3; g.d = 4; g.f = 3", forward);
        Assert.Equal(forward, backward);
    }

    [Fact]
    public void Bounds_what_substitutions_can_grow_to()
    {
        static string Doubling(string first, string rest) =>
            $"a0 = {first}\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i} = {rest.Replace("@", $"${{a{i - 1}}}")}\n"));

        Assert.Contains("grows beyond 4194304 characters", Hocon.ErrorOf(Doubling("xy", "@@")));
        Assert.Contains("grows beyond 4194304 characters", Hocon.ErrorOf(Doubling("[x, y]", "@ @")));
        Assert.Contains("grows beyond 4194304 characters", Hocon.ErrorOf(Doubling("[x]", "[@, @]")));
        Assert.Contains("grows beyond 4194304 characters", Hocon.ErrorOf(Doubling("{x = 1}", "{l = @, r = @}")));
    }

    [Fact]
    public void Bounds_chains_and_depth()
    {
        string chain = string.Concat(Enumerable.Range(0, 5000).Select(i => $"a{i} = ${{a{i + 1}}}\n")) + "a5000 = 1";
        string depth = "a1000 = {}\n" + string.Concat(Enumerable.Range(0, 1000).Reverse().Select(i => $"a{i} = {{x = ${{a{i + 1}}}}}\n"));
        string appends = string.Concat(Enumerable.Repeat("a += 1\n", 5000));

        Assert.Contains("more than 300 keys depend on each other in a row", Hocon.ErrorOf(chain));
        Assert.Contains("nest deeper than 100 levels", Hocon.ErrorOf(depth));
        Assert.Contains("more than 300 keys depend on each other in a row", Hocon.ErrorOf(appends));
    }
}
