namespace ActorFed.Actors;

/// <summary>A run store, or a run in it, cannot be used; the message names the place, the cause and the way out.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What is behind it.</param>
public class RunStoreException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Somebody else has gone on with what this process holds: a run, or a participant under a higher epoch. This one can store
/// nothing more, and what it has not stored is void.
/// </summary>
/// <param name="message">Who was overtaken, and by whom.</param>
public sealed class OvertakenException(string message) : RunStoreException(message);

/// <summary>A store that several processes share has a run of that id already; somebody else may have made it just now.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What is behind it.</param>
public sealed class RunExistsException(string message, Exception? cause = null) : RunStoreException(message, cause);
