namespace ActorFed.Host.Data;

/// <summary>A data set is unknown, missing, damaged or cannot be fetched. The message says what to do and is meant for the user.</summary>
internal sealed class DataSetException(string message, Exception? inner = null) : Exception(message, inner);
