using System.Globalization;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// Where participants own blocks that constraints couple, Σ A_i x_i = c holds at every moment: after every entry of a participant, over
/// what all of them hold, an exchange that its decider has made and its proposer has not counted as not made; and of every number of
/// exchanges at which models are shown, over the blocks shown. Each exchange thus counts at both of its ends or at neither, and once.
/// </summary>
/// <remarks>Of a participant that is down what was seen last counts: rebuilt, it holds that or goes back to where an exchange was open.</remarks>
/// <param name="neighbours">Number of neighbours.</param>
/// <param name="tolerance">Largest entry of |Σ A_i x_i − c|; more than 0.</param>
public sealed class ConstraintChecker(int neighbours, double tolerance = ConstraintChecker.DefaultTolerance) : Checker("constraints")
{
    /// <summary>What a run must keep to.</summary>
    public const double DefaultTolerance = 1e-10;

    private readonly Held?[] _held = new Held?[neighbours];
    private FlatVector? _rightSide;
    private ParticipantId? _entered;

    /// <summary>The largest entry of |Σ A_i x_i − c| so far.</summary>
    public double Largest { get; private set; }

    /// <inheritdoc/>
    public override void Entered(TimeSpan at, in Entry entry)
    {
        LookAtLast();
        _entered = entry.Participant;
    }

    /// <inheritdoc/>
    public override void Ended(RunReport report) => LookAtLast();

    private void LookAtLast()
    {
        if (_entered is not { Role: Role.Neighbour, Index: int index } || (uint)index >= (uint)neighbours)
        {
            return;
        }

        if (Held.Of(View.Inspect(_entered.Value)) is Held held)
        {
            _held[index] = held;
            _rightSide = held.RightSide;
            Check();
        }
    }

    private void Check()
    {
        double[] sum = new double[_rightSide!.Length];
        VectorMath.AddScaled(-1, _rightSide.Span, sum);
        foreach (Held? held in _held)
        {
            if (held is null)
            {
                return; // not all have begun
            }

            VectorMath.AddScaled(1, held.Share.Span, sum);
            foreach ((int proposer, FlatVector decided) in held.Decided)
            {
                if (_held[proposer]?.At <= decided[0])
                {
                    VectorMath.AddScaled(-1, decided.Span[1..], sum);
                }
            }
        }

        Checks++;
        for (int k = 0; k < sum.Length; k++)
        {
            Largest = Math.Max(Largest, Math.Abs(sum[k]));
            if (!(Math.Abs(sum[k]) <= tolerance))
            {
                throw Broken($"constraint {k} is off by {sum[k]:R} after what {_entered} did; it must hold to {tolerance:R}, with every exchange at both of its ends or at neither.");
            }
        }
    }

    /// <summary>What a participant holds.</summary>
    private sealed record Held(long At, FlatVector Share, FlatVector RightSide, List<(int Proposer, FlatVector Decided)> Decided)
    {
        /// <summary>Null where it owns no block, or is down.</summary>
        public static Held? Of(IEnumerable<StateEntry> state)
        {
            Dictionary<string, FlatVector> entries = state.Where(entry => entry.IsDurable).ToDictionary(entry => entry.Name, entry => entry.Values);
            if (!entries.TryGetValue(PairNeighbour.Shown.Share, out FlatVector? share))
            {
                return null;
            }

            return new Held((long)entries[PairNeighbour.Shown.At][0], share, entries[PairNeighbour.Shown.RightSide],
                [.. entries.Where(entry => entry.Key.StartsWith(PairNeighbour.Shown.Decided, StringComparison.Ordinal))
                    .Select(entry => (int.Parse(entry.Key[PairNeighbour.Shown.Decided.Length..], CultureInfo.InvariantCulture), entry.Value))]);
        }
    }
}
