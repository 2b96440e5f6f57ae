using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation.Faults;

/// <summary>Checks of faults; each names the value and what is allowed.</summary>
internal static class Require
{
    public static void NotNegative(Fault fault, TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero)
        {
            throw new ArgumentException($"The {name} of the fault '{fault}' is {DurationText.Format(value)}; it must be at least 0s.");
        }
    }

    public static void InRange(Fault fault, long value, string name, long min, long max = long.MaxValue)
    {
        if (value < min || value > max)
        {
            throw new ArgumentException(
                $"The {name} of the fault '{fault}' is {value}; it must be at least {min}{(max == long.MaxValue ? "" : $" and at most {max}")}.");
        }
    }

    public static void Known(Fault fault, ParticipantId participant, IReadOnlyList<(ParticipantId Participant, int Node)> placement)
    {
        foreach ((ParticipantId known, _) in placement)
        {
            if (known == participant)
            {
                return;
            }
        }

        throw new ArgumentException(
            $"The fault '{fault}' names {participant}, which is not among the {placement.Count} participants of the run: "
            + $"{placement[0].Participant} to {placement[^1].Participant}.");
    }
}
