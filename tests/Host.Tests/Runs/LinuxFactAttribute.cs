using Xunit;

namespace ActorFed.Host.Tests.Runs;

/// <summary>A test that needs a device of Linux; reported as skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "needs /dev/full, which only Linux has";
        }
    }
}
