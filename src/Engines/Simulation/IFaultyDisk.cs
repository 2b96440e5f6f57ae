using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>A disk that can be made to fail.</summary>
public interface IFaultyDisk
{
    /// <summary>The participant's next write fails.</summary>
    void FailNextWrite(ParticipantId participant);

    /// <summary>Of the participant's next write only so many bytes reach the disk, though it is reported as done.</summary>
    void TearNextWrite(ParticipantId participant, int keptBytes);

    /// <summary>One bit of the participant's newest file flips.</summary>
    void FlipBitInNewest(ParticipantId participant, long bit);

    /// <summary>Each write of the participant takes so long from now on; zero: no time.</summary>
    void SlowWrites(ParticipantId participant, TimeSpan delay);

    /// <summary>How long the writes since the last question took.</summary>
    TimeSpan TakeDelay();
}
