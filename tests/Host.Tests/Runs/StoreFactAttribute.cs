using Xunit;

namespace ActorFed.Tests.Shared;

/// <summary>A test of a run store; a folder can be made everywhere.</summary>
internal sealed class StoreFactAttribute : FactAttribute;
