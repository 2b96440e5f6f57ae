using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconBinderTests
{
    private const string All = """
        count = 1, total = 2, seed = 18446744073709551615, rate = 0.5, ratio = 0.25, is-open = yes, name = "a b"
        wait = 1.5s, order = gauss-seidel, message-bytes = 4KiB
        max-planes = none, max-wait = null, folder = none, maybe-order = jacobi
        steps = [1, 2, 3], waits = [1s], children = [{ min-active = 1 }, { min-active = 2 }], sizes-bytes = [1KiB]
        child { min-active = 3 }, no-child = none, free { any.key = 1 }, who = worker-3, by-name { a = [1, 2], "b.c" = [], bytes = [4] }
        """;

    private enum Order
    {
        Jacobi,
        GaussSeidel,
    }

    [Fact]
    public void Binds_every_type_of_option()
    {
        AllOptions options = HoconBinder.Bind<AllOptions>(Parse(All));

        Assert.Equal(1, options.Count);
        Assert.Equal(2, options.Total);
        Assert.Equal(ulong.MaxValue, options.Seed);
        Assert.Equal(0.5, options.Rate);
        Assert.Equal(0.25f, options.Ratio);
        Assert.True(options.IsOpen);
        Assert.Equal("a b", options.Name);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.Wait);
        Assert.Equal(Order.GaussSeidel, options.Order);
        Assert.Equal(4096, options.MessageBytes);
        Assert.Null(options.MaxPlanes);
        Assert.Null(options.MaxWait);
        Assert.Null(options.Folder);
        Assert.Equal(Order.Jacobi, options.MaybeOrder);
        Assert.Equal([1, 2, 3], options.Steps.ToArray());
        Assert.Equal([TimeSpan.FromSeconds(1)], options.Waits.ToArray());
        Assert.Equal([1, 2], options.Children.Select(child => child.MinActive));
        Assert.Equal([1024], options.SizesBytes.ToArray());
        Assert.Equal(3, options.Child.MinActive);
        Assert.Null(options.NoChild);
        Assert.Equal("any.key = 1\n", HoconWriter.Write(options.Free));
        Assert.Equal(ParticipantId.Worker(3), options.Who);
        Assert.Equal(["a", "b.c", "bytes"], options.ByName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2], options.ByName["a"].ToArray());
        Assert.Equal("1 of 2", options.Computed);
    }

    [Theory]
    [InlineData("by-name = 3", "my.conf:1: by-name: expected a section, found 3; write by-name { key = value }")]
    [InlineData("by-name { a = [1], b.c = [x] }", "my.conf:1: by-name.b: expected a list, found")]
    [InlineData("by-name { a = [1], b = [x] }", "my.conf:1: by-name.b[0]: expected a whole number")]
    public void Names_what_is_wrong_in_a_section_whose_keys_are_free(string text, string expected) =>
        Assert.StartsWith(expected, Hocon.ErrorOf(() => HoconBinder.Bind<FreeOptions>(Parse(text))), StringComparison.Ordinal);

    [Fact]
    public void Binds_the_section_at_a_path_and_by_type()
    {
        HoconObject root = Parse("outer.inner { min-active = 4 }");

        Assert.Equal(4, HoconBinder.Bind<ChildOptions>(root, "outer.inner").MinActive);
        Assert.Equal(new ChildOptions { MinActive = 4 }, HoconBinder.Bind(typeof(ChildOptions), root, "outer.inner"));
        Assert.Equal("my.conf:1: the section outer.other is missing", Hocon.ErrorOf(() => HoconBinder.Bind<ChildOptions>(root, "outer.other")));
    }

    [Theory]
    [InlineData("count = abc", "my.conf:7: count: expected a whole number from -2147483648 to 2147483647, found \"abc\"; write e.g. 10")]
    [InlineData("rate = abc", "my.conf:7: rate: expected a number, found \"abc\"; write e.g. 0.02")]
    [InlineData("rate = none", "my.conf:7: rate: expected a number, found \"none\"; write e.g. 0.02")]
    [InlineData("rate = null", "my.conf:7: rate: expected a number, found null")]
    [InlineData("rate = [1]", "my.conf:7: rate: expected a number, found [1]")]
    [InlineData("name = null", "my.conf:7: name: expected a text, found null")]
    [InlineData("name { a = 1 }", "my.conf:7: name: expected a text, found {a = 1}")]
    [InlineData("is-open = [1]", "my.conf:7: is-open: expected true or false, found [1]")]
    [InlineData("wait = 5", "my.conf:7: wait: expected a duration with a unit (ns, us, ms, s, m, h, d), found \"5\"; write e.g. 500ms")]
    [InlineData("wait = [1]", "my.conf:7: wait: expected a duration, found [1]")]
    [InlineData("order = random", "my.conf:7: order: expected one of jacobi, gauss-seidel; found \"random\"")]
    [InlineData("order = []", "my.conf:7: order: expected one of jacobi, gauss-seidel, found []")]
    [InlineData("message-bytes = 4 parsecs", "my.conf:7: message-bytes: expected a size")]
    [InlineData("steps = 1", "my.conf:7: steps: expected a list, found 1; write steps = [1]")]
    [InlineData("steps = [1,\nx]", "my.conf:8: steps[1]: expected a whole number")]
    [InlineData("child = 1", "my.conf:7: child: expected a section, found 1; write child { key = value }")]
    [InlineData("child = none", "my.conf:7: child: expected a section, found none")]
    [InlineData("free = 1", "my.conf:7: free: expected a section, found 1")]
    [InlineData("child.extra = 1", "my.conf:7: child.extra is not a setting of ChildOptions; the nearest key is child.min-active")]
    [InlineData("children = [{}]", "my.conf:7: children[0].min-active is missing, and ChildOptions.MinActive needs it; give it a default")]
    [InlineData("children = [\n{ min-active = 99 }]", "my.conf:8: children[0].min-active is 99; it must be between 1 and 18")]
    public void Says_where_and_what_is_wrong(string extra, string expected)
    {
        HoconObject root = Parse($"{All}\n\n{extra}");

        Assert.StartsWith(expected, Hocon.ErrorOf(() => HoconBinder.Bind<AllOptions>(root)));
    }

    [Fact]
    public void Reports_all_errors_together()
    {
        HoconObject root = Parse("child {\n min-active = x\n a = 1 }\nlimits = 2");

        ConfigurationException exception = Assert.Throws<ConfigurationException>(() => HoconBinder.Bind<TwoOptions>(root));

        Assert.Equal(
            [
                "my.conf:2: child.min-active: expected a whole number from -2147483648 to 2147483647, found \"x\"; write e.g. 10",
                "my.conf:3: child.a is not a setting of ChildOptions; the nearest key is child.min-active",
                "my.conf:1: limit is missing, and TwoOptions.Limit needs it; give it a default in reference.conf, null if it may have none",
                "my.conf:4: limits is not a setting of TwoOptions; the nearest key is limit",
            ],
            exception.Errors);
    }

    [Fact]
    public void Refuses_types_that_are_no_options()
    {
        Assert.Throws<NotSupportedException>(() => HoconBinder.Bind<OddOptions>(Parse("when = 2020")));
        Assert.Throws<NotSupportedException>(() => HoconBinder.Bind<PositionalOptions>(Parse("a = 1")));
    }

    private static HoconObject Parse(string text) => HoconObject.Parse(text, "my.conf");

    private sealed record FreeOptions
    {
        public required ImmutableDictionary<string, ImmutableArray<int>> ByName { get; init; }
    }

    private sealed record AllOptions
    {
        public required int Count { get; init; }

        public required long Total { get; init; }

        public required ulong Seed { get; init; }

        public required double Rate { get; init; }

        public required float Ratio { get; init; }

        public required bool IsOpen { get; init; }

        public required string Name { get; init; }

        public required TimeSpan Wait { get; init; }

        public required Order Order { get; init; }

        public required long MessageBytes { get; init; }

        public required int? MaxPlanes { get; init; }

        public required TimeSpan? MaxWait { get; init; }

        public required string? Folder { get; init; }

        public required Order? MaybeOrder { get; init; }

        public required ImmutableArray<int> Steps { get; init; }

        public required ImmutableArray<TimeSpan> Waits { get; init; }

        public required ImmutableArray<ChildOptions> Children { get; init; }

        public required ImmutableArray<int> SizesBytes { get; init; }

        public required ChildOptions Child { get; init; }

        public required ChildOptions? NoChild { get; init; }

        public required HoconObject Free { get; init; }

        public required ParticipantId Who { get; init; }

        public required ImmutableDictionary<string, ImmutableArray<int>> ByName { get; init; }

        public string Computed => $"{Count} of {Total}";
    }

    private sealed record ChildOptions
    {
        [Range(1, 18)]
        public required int MinActive { get; init; }
    }

    private sealed record TwoOptions
    {
        public required ChildOptions Child { get; init; }

        public int Limit { get; init; } = 5;
    }

    private sealed record OddOptions
    {
        public DateOnly When { get; init; }
    }

    private sealed record PositionalOptions(int A);
}
