namespace ActorFed.Cluster.RabbitMq;

/// <summary>What kind of queue each of a run's queues is. A queue that exists with other arguments is an error of the broker's.</summary>
internal static class QueueArguments
{
    public static Dictionary<string, object?> OfData(RunSetup setup) => OfMailbox(setup, setup.Plan.Limits.MailboxCapacity);

    public static Dictionary<string, object?> OfControl(RunSetup setup) => OfMailbox(setup, setup.Options.ControlCapacity);

    public static Dictionary<string, object?> OfDeadLetters(RunSetup setup) => new(Common(setup))
    {
        ["x-max-length"] = setup.Options.MaxDeadLetters,
        ["x-overflow"] = "drop-head",
    };

    private static Dictionary<string, object?> OfMailbox(RunSetup setup, int capacity) => new(Common(setup))
    {
        ["x-single-active-consumer"] = true, // at most one node receives for a participant; another may stand by
        ["x-max-length"] = capacity,
        ["x-overflow"] = "reject-publish", // the sender is told, and waits
        ["x-delivery-limit"] = setup.Options.MaxRedeliveries,
        ["x-dead-letter-exchange"] = "",
        ["x-dead-letter-routing-key"] = setup.Names.DeadLetters,
    };

    private static Dictionary<string, object?> Common(RunSetup setup) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-expires"] = (long)setup.Options.Expiry.TotalMilliseconds,
    };
}
