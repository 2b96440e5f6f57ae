using System.Globalization;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A participant's clock is wrong, or runs too fast or too slowly. The last setting holds: the end of one sets it right.</summary>
/// <param name="At">When; at least zero.</param>
/// <param name="Participant">Whose.</param>
/// <param name="Offset">How far it is ahead; negative: behind. Up to a day either way.</param>
/// <param name="Rate">How fast it runs: 1 is right, 2 twice as fast. From 0.01 to 100.</param>
/// <param name="Duration">For how long; null: for good, which participants have to live with.</param>
public sealed record ClockSkew(TimeSpan At, ParticipantId Participant, TimeSpan Offset, double Rate, TimeSpan? Duration)
    : TimedFault(At), ILastingFault
{
    private const double MaxRate = 100;
    private static readonly TimeSpan MaxOffset = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public override string Kind => FaultKinds.ClockSkew;

    /// <inheritdoc/>
    public override TimeSpan Until => Duration is TimeSpan duration && duration <= TimeSpan.MaxValue - At ? At + duration : At;

    TimeSpan ILastingFault.Lasts => Duration ?? TimeSpan.Zero;

    /// <inheritdoc/>
    public override bool Strike(IFaultyWorld world)
    {
        world.SetClock(Participant, Offset, Rate);
        if (Duration is TimeSpan duration)
        {
            world.After(duration, () => world.SetClock(Participant, TimeSpan.Zero, 1));
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Validate(IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        Require.NotNegative(this, At, "moment");
        Require.NotNegative(this, Duration ?? TimeSpan.Zero, "duration");
        Require.Known(this, Participant, placement);
        if (!(Rate is >= 1 / MaxRate and <= MaxRate))
        {
            throw new ArgumentException($"The rate of the fault '{this}' is {Rate}; it must be from {1 / MaxRate} to {MaxRate}.");
        }

        if (Offset > MaxOffset || Offset < -MaxOffset)
        {
            throw new ArgumentException(
                $"The offset of the fault '{this}' is {DurationText.Format(Offset)}; it must be between -24h and 24h.");
        }
    }

    Fault ILastingFault.Lasting(TimeSpan duration) => this with { Duration = duration };

    /// <inheritdoc/>
    public override string ToString() =>
        $"at {DurationText.Format(At)} clock {Participant} ahead {DurationText.Format(Offset)} rate "
        + $"{Rate.ToString("R", CultureInfo.InvariantCulture)} for {(Duration is TimeSpan duration ? DurationText.Format(duration) : "good")}";
}
