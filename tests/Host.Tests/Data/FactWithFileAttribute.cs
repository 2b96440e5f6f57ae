using Xunit;

namespace ActorFed.Host.Tests.Data;

/// <summary>A test that needs a file of the machine, and is skipped, saying so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithFileAttribute : FactAttribute
{
    public FactWithFileAttribute(string path)
    {
        if (!File.Exists(path))
        {
            Skip = $"Needs {path}, which this system has not.";
        }
    }
}
