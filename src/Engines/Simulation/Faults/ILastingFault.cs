namespace ActorFed.Engines.Simulation.Faults;

/// <summary>A fault with a duration or a delay: one that can be made smaller without going away.</summary>
public interface ILastingFault
{
    /// <summary>How long it lasts or delays; at least zero.</summary>
    TimeSpan Lasts { get; }

    /// <summary>The same fault for another time.</summary>
    Fault Lasting(TimeSpan duration);
}
