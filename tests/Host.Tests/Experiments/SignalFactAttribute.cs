using System.Globalization;
using Xunit;

namespace ActorFed.Host.Tests.Experiments;

/// <summary>A test that sends a signal to a program it starts; skipped, with the reason, where that cannot work.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SignalFactAttribute : FactAttribute
{
    public SignalFactAttribute(int signal)
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Needs the signals of Linux.";
        }
        else if (IsIgnored(signal))
        {
            Skip = $"Signal {signal} is ignored here, as in background jobs of a shell, and children inherit that.";
        }
    }

    private static bool IsIgnored(int signal)
    {
        string mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }
}
