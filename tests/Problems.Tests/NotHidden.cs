using Xunit;

namespace ActorFed.Problems.Tests;

/// <summary>An oracle that meets a number that is not finite says so: by its result, or by the exception for arithmetic.</summary>
internal static class NotHidden
{
    public static void By(Func<double> ask)
    {
        double value;
        try
        {
            value = ask();
        }
        catch (ArithmeticException)
        {
            return;
        }

        Assert.False(double.IsFinite(value), $"The answer is {value}.");
    }
}
