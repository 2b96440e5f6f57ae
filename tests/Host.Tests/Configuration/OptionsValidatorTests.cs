using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class OptionsValidatorTests
{
    private const string Valid = """
        rate = 0.5, share = 0, workers = 1, limit = none, wait = 5s, name = a, small = 7, long-count = 1, tags = [a]
        """;

    [Fact]
    public void Accepts_what_keeps_the_rules()
    {
        RuledOptions options = HoconBinder.Bind<RuledOptions>(Parse(Valid));

        Assert.Equal(0.5, options.Rate);
    }

    [Theory]
    [InlineData("rate = 0", "my.conf:3: rate is 0; it must be more than 0 and at most 1")]
    [InlineData("rate = 1.5", "my.conf:3: rate is 1.5; it must be more than 0 and at most 1")]
    [InlineData("share = -1e-9", "my.conf:3: share is -1e-9; it must be at least 0")]
    [InlineData("workers = 0", "my.conf:3: workers is 0; it must be at least 1")]
    [InlineData("limit = 19", "my.conf:3: limit is 19; it must be between 1 and 18")]
    [InlineData("wait = 20m", "my.conf:3: wait is 20m; it must be between 1s and 10m")]
    [InlineData("name = \"\"", "my.conf:3: name is \"\"; it must not be empty")]
    [InlineData("small = 5000000000", "my.conf:3: small is 5000000000; it must be between 0 and 10")]
    [InlineData("small = 8", "my.conf:3: small is 8; it must be a prime (the size of the field)")]
    [InlineData("long-count = 0", "my.conf:3: long-count is 0; it must be at least 1")]
    [InlineData("tags = []", "my.conf:3: tags is []; it must have at least 1 entries or characters")]
    public void Names_key_value_and_limit(string extra, string expected) =>
        Assert.Equal(expected, Hocon.ErrorOf(() => HoconBinder.Bind<RuledOptions>(Parse($"{Valid}\n\n{extra}"))));

    [Fact]
    public void Reports_all_broken_rules_in_one_go()
    {
        HoconObject root = Parse($"{Valid}\nrate = 2\nworkers = 0\nlong-count = x");

        ConfigurationException exception = Assert.Throws<ConfigurationException>(() => HoconBinder.Bind<RuledOptions>(root));

        Assert.Equal(
            [
                "my.conf:2: rate is 2; it must be more than 0 and at most 1",
                "my.conf:3: workers is 0; it must be at least 1",
                "my.conf:4: long-count: expected a whole number from -9223372036854775808 to 9223372036854775807, found \"x\"; write e.g. 10",
            ],
            exception.Errors);
    }

    [Fact]
    public void Rejects_numbers_that_are_none()
    {
        RangeAttribute range = new(double.NegativeInfinity, 1d);

        Assert.False(range.IsValid(double.NaN));
        Assert.Contains("expected a number", Hocon.ErrorOf(() => HoconBinder.Bind<RuledOptions>(Parse($"{Valid}\nrate = NaN"))));
    }

    [Theory]
    [InlineData("min-active = 30", "my.conf:3: s.inner.min-active is 30; it must be between 1 and 18 (the number of workers).")]
    [InlineData("least = 9", "my.conf:3: s.inner.least is 9; it must be at most s.inner.most (5).")]
    [InlineData("most = 100", "my.conf:1: s.inner needs fewer than 100.")]
    public void Words_cross_checks_with_key_and_place(string extra, string expected)
    {
        HoconObject root = Parse($"s {{ workers = 18, inner {{\nmin-active = 3, least = 1, most = 5\n{extra} }} }}");

        Assert.Equal(expected, Hocon.ErrorOf(() => HoconBinder.Bind<OuterOptions>(root, "s")));
    }

    [Fact]
    public void Words_cross_checks_of_options_in_a_list()
    {
        HoconObject root = Parse("items = [{ min-active = 3, least = 1, most = 5 },\n{ min-active = 3, least = 9,\nmost = 5 }]");

        Assert.Equal(
            "my.conf:2: items[1].least is 9; it must be at most s.inner.most (5).",
            Hocon.ErrorOf(() => HoconBinder.Bind<ListOptions>(root)));
    }

    [Fact]
    public void Refuses_a_cross_check_of_a_property_that_is_not_there() =>
        Assert.Throws<InvalidOperationException>(() => HoconBinder.Bind<MistakenOptions>(Parse("a = 1")));

    private static HoconObject Parse(string text) => HoconObject.Parse(text, "my.conf");

    private sealed record RuledOptions
    {
        [Range(0d, 1d, MinimumIsExclusive = true)]
        public required double Rate { get; init; }

        [Range(0d, double.MaxValue)]
        public required double Share { get; init; }

        [Range(1, int.MaxValue)]
        public required int Workers { get; init; }

        [Range(1, 18)]
        public required int? Limit { get; init; }

        [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
        public required TimeSpan Wait { get; init; }

        [Required]
        public required string Name { get; init; }

        [Range(0, 10)]
        [AllowedValues(2L, 3L, 5L, 7L, 5_000_000_000, ErrorMessage = "must be a prime (the size of the field)")]
        public required long Small { get; init; }

        [Range(1L, long.MaxValue)]
        public required long LongCount { get; init; }

        [MinLength(1)]
        public required ImmutableArray<string> Tags { get; init; }
    }

    private sealed record OuterOptions : IValidatableObject
    {
        public required int Workers { get; init; }

        public required InnerOptions Inner { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Inner.MinActive > Workers)
            {
                yield return new ValidationResult($"must be between 1 and {Workers} (the number of workers).", ["Inner.MinActive"]);
            }
        }
    }

    private sealed record InnerOptions : IValidatableObject
    {
        public required int MinActive { get; init; }

        public required int Least { get; init; }

        public required int Most { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Least > Most)
            {
                yield return new ValidationResult($"is {Least}; it must be at most s.inner.most ({Most}).", [nameof(Least)]);
            }

            if (Most >= 100)
            {
                yield return new ValidationResult("needs fewer than 100.");
            }
        }
    }

    private sealed record ListOptions
    {
        public required ImmutableArray<InnerOptions> Items { get; init; }
    }

    private sealed record MistakenOptions : IValidatableObject
    {
        public required int A { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => [new("must be more", ["B"])];
    }
}
