namespace ActorFed.Host.Configuration;

/// <summary>The value of a key, and where the key was last set.</summary>
internal sealed record HoconField(Origin Origin, HoconValue Value);
