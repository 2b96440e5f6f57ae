namespace ActorFed.Host.Runs;

/// <summary>A part of what was to be recorded of a run could not be: the run counts as failed, what there is of it is kept.</summary>
internal sealed class RecorderException(string message, Exception cause) : Exception(message, cause);
