using ActorFed.Actors.Membership;

namespace ActorFed.Cluster.RabbitMq;

/// <summary>The broker refused, or stayed away for too long: trying again would not help.</summary>
/// <param name="message">What was refused, by which broker, and the way out.</param>
/// <param name="cause">The exception behind it.</param>
public sealed class BrokerException(string message, Exception? cause = null) : CarrierException(message, cause);
