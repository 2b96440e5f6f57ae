using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Graph.Acceptance;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Acceptance;

public sealed class AcceptanceOptionsTests
{
    public static TheoryData<AcceptanceOptions, string> Wrong() => new()
    {
        { new AcceptanceOptions { OwnShare = 1 }, nameof(AcceptanceOptions.OwnShare) },
        { new AcceptanceOptions { OwnShare = -0.1 }, nameof(AcceptanceOptions.OwnShare) },
        { new AcceptanceOptions { Gamma = 0 }, nameof(AcceptanceOptions.Gamma) },
        { new AcceptanceOptions { Kappa = -1 }, nameof(AcceptanceOptions.Kappa) },
        { new AcceptanceOptions { MinThreshold = double.NaN }, nameof(AcceptanceOptions.MinThreshold) },
        { new AcceptanceOptions { FirstRound = 2 }, nameof(AcceptanceOptions.FirstRound) },
        { new AcceptanceOptions { Attackers = -1 }, nameof(AcceptanceOptions.Attackers) },
        { new AcceptanceOptions { NearestShare = 0 }, nameof(AcceptanceOptions.NearestShare) },
        { new AcceptanceOptions { ClippingRadius = 0 }, nameof(AcceptanceOptions.ClippingRadius) },
    };

    [Theory]
    [InlineData(AcceptanceKind.None, null)]
    [InlineData(AcceptanceKind.Balance, "balance")]
    [InlineData(AcceptanceKind.BalanceFold, "balance-fold")]
    [InlineData(AcceptanceKind.Mean, "mean")]
    [InlineData(AcceptanceKind.Median, "median")]
    [InlineData(AcceptanceKind.TrimmedMean, "trimmed-mean")]
    [InlineData(AcceptanceKind.Krum, "krum")]
    [InlineData(AcceptanceKind.Ubar, "ubar")]
    [InlineData(AcceptanceKind.Scclip, "scclip")]
    public void Create_a_rule_of_every_kind(AcceptanceKind kind, string? name) =>
        Assert.Equal(name, new AcceptanceOptions { Kind = kind }.Create(10)?.Name);

    [Theory, MemberData(nameof(Wrong))]
    public void Refuse_a_value_out_of_range(AcceptanceOptions options, string member)
    {
        List<ValidationResult> results = [];

        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));

        Assert.Equal([member], Assert.Single(results).MemberNames);
    }

    [Fact]
    public void Are_in_order_by_default()
    {
        AcceptanceOptions options = new();

        Assert.True(Validator.TryValidateObject(options, new ValidationContext(options), [], validateAllProperties: true));
    }

    [Fact]
    public void Refuse_a_run_without_rounds() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AcceptanceOptions { Kind = AcceptanceKind.Balance }.Create(0));
}
