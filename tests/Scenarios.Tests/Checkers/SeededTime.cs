using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;

namespace ActorFed.Scenarios.Tests;

/// <summary>Times at random by a seed; some participants are slow.</summary>
internal sealed class SeededTime(ulong seed) : ITimeModel
{
    public bool TakesComputingTime => true;

    public bool HasAbsences => false;

    public TimeSpan ComputingTime(ParticipantId participant, TimeSpan now, long entry, Message? message) =>
        TimeSpan.FromMilliseconds((participant.Index % 3) + Uniform(participant, "computing", entry));

    public TimeSpan DeliveryTime(in Sending sending) => TimeSpan.FromMilliseconds(0.1 + (2 * Uniform(sending.Sender, "delivery", sending.Number)));

    public TimeSpan AvailableFrom(ParticipantId participant, TimeSpan now) => now;

    private double Uniform(ParticipantId participant, string what, long number) =>
        new SeededRandom(seed, string.Create(CultureInfo.InvariantCulture, $"{participant}/{what}/{number}")).NextDouble();
}
