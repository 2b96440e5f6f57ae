using Xunit;

namespace ActorFed.Kubernetes.Tests;

/// <summary>A theory that needs kubectl, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlTheoryAttribute : TheoryAttribute
{
    public KubectlTheoryAttribute() => Skip = Kubectl.Missing;
}
