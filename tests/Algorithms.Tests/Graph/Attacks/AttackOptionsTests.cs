using System.ComponentModel.DataAnnotations;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph.Attacks;

public sealed class AttackOptionsTests
{
    public static TheoryData<AttackOptions, string> Wrong() => new()
    {
        { new AttackOptions { Deviation = 0 }, nameof(AttackOptions.Deviation) },
        { new AttackOptions { Factor = 0 }, nameof(AttackOptions.Factor) },
        { new AttackOptions { Kind = AttackKind.SignFlip, Factor = -1 }, nameof(AttackOptions.Factor) },
        { new AttackOptions { Kind = AttackKind.Gaussian, Factor = 2 }, nameof(AttackOptions.Factor) },
        { new AttackOptions { Attackers = 0 }, nameof(AttackOptions.Attackers) },
    };

    [Theory]
    [InlineData(AttackKind.None, null, false)]
    [InlineData(AttackKind.Gaussian, "gaussian", false)]
    [InlineData(AttackKind.Scaled, "scaled", false)]
    [InlineData(AttackKind.SignFlip, "sign-flip", false)]
    [InlineData(AttackKind.NearCopy, "near-copy", true)]
    [InlineData(AttackKind.Krum, "krum", true)]
    [InlineData(AttackKind.Trim, "trim", true)]
    [InlineData(AttackKind.Adaptive, "adaptive", true)]
    [InlineData(AttackKind.LabelFlip, "label-flip", false)]
    [InlineData(AttackKind.NoisyFeatures, "noisy-features", false)]
    public void Create_an_attack_of_every_kind(AttackKind kind, string? name, bool waits)
    {
        IAttack? attack = new AttackOptions { Kind = kind }.Create(new AcceptanceOptions(), 10);

        Assert.Equal(name, attack?.Name);
        Assert.Equal(waits, attack?.WaitsForBenign ?? false);
    }

    [Theory, MemberData(nameof(Wrong))]
    public void Refuse_a_value_out_of_range(AttackOptions options, string member)
    {
        List<ValidationResult> results = [];

        Assert.False(Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true));

        Assert.Equal([member], Assert.Single(results).MemberNames);
    }
}
