namespace ActorFed.Algorithms.Federated.Split;

/// <summary>Divisors, to name one in error messages.</summary>
internal static class Divisors
{
    /// <summary>The divisor of <paramref name="number"/> that is nearest to <paramref name="wanted"/>; of two the smaller.</summary>
    public static int Nearest(int number, int wanted)
    {
        int nearest = 1;
        for (int divisor = 2; divisor <= number; divisor++)
        {
            nearest = number % divisor == 0 && Math.Abs(divisor - wanted) < Math.Abs(nearest - wanted) ? divisor : nearest;
        }

        return nearest;
    }
}
