namespace ActorFed.Algorithms.Federated;

/// <summary>How the second moment follows the squares that it is given.</summary>
internal enum SecondMoment
{
    /// <summary>v ← v + s.</summary>
    Sum,

    /// <summary>v ← β₂ v + (1 − β₂) s.</summary>
    Mean,

    /// <summary>v ← v − (1 − β₂) s sign(v − s).</summary>
    Sign,
}

/// <summary>First and second moments of a server's updates, element by element.</summary>
/// <param name="length">d.</param>
/// <param name="start">v at first, in every entry.</param>
/// <remarks>Source: Reddi et al., ICLR 2021, algorithm 2; the running maximum is that of AMSGrad (Reddi, Kale and Kumar, ICLR 2018).</remarks>
internal sealed class Moments(int length, double start)
{
    /// <summary>m.</summary>
    public double[] First { get; } = new double[length];

    /// <summary>v.</summary>
    public double[] Second { get; } = [.. Enumerable.Repeat(start, length)];

    /// <summary>v̂, the largest v so far.</summary>
    public double[] Largest { get; } = [.. Enumerable.Repeat(start, length)];

    /// <summary>m ← β₁ m + (1 − β₁) Δ, then v, then v̂.</summary>
    /// <param name="update">Δ; length d.</param>
    /// <param name="firstDecay">β₁.</param>
    /// <param name="kind">How v follows.</param>
    /// <param name="secondDecay">β₂.</param>
    /// <param name="ofFirst">Whether v is given the squares of m, and not of Δ.</param>
    public void Take(ReadOnlySpan<double> update, double firstDecay, SecondMoment kind, double secondDecay, bool ofFirst)
    {
        for (int j = 0; j < update.Length; j++)
        {
            First[j] = (firstDecay * First[j]) + ((1 - firstDecay) * update[j]);
            double input = ofFirst ? First[j] : update[j];
            double square = input * input;
            Second[j] = kind switch
            {
                SecondMoment.Sum => Second[j] + square,
                SecondMoment.Mean => (secondDecay * Second[j]) + ((1 - secondDecay) * square),
                _ => Second[j] - ((1 - secondDecay) * square * Math.Sign(Second[j] - square)),
            };
            Largest[j] = Math.Max(Largest[j], Second[j]);
        }
    }

    /// <summary>x ← x + rate · m / (scale √v + constant).</summary>
    /// <param name="rate">The step.</param>
    /// <param name="scale">Factor of the root.</param>
    /// <param name="constant">What keeps the step finite; outside the root.</param>
    /// <param name="usesLargest">Whether v̂ takes the place of v.</param>
    /// <param name="model">In and out: x; length d.</param>
    public void Move(double rate, double scale, double constant, bool usesLargest, Span<double> model)
    {
        double[] squares = usesLargest ? Largest : Second;
        for (int j = 0; j < model.Length; j++)
        {
            model[j] += rate * First[j] / ((scale * Math.Sqrt(squares[j])) + constant);
        }
    }
}
