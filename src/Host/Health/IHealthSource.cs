namespace ActorFed.Host.Health;

/// <summary>Says how a process is, whenever a probe asks.</summary>
internal interface IHealthSource
{
    /// <summary>How it is now. Asked on any thread, also by several at once; tells what is known and waits for nothing.</summary>
    HealthReport Read();
}
