namespace ActorFed.Algorithms.Blocks;

/// <summary>How the regularisation c of a dual variable goes on.</summary>
public enum DualRegularization
{
    /// <summary>max(minimum, 1 / (η (t + 1)^¼)).</summary>
    Schedule,

    /// <summary>The minimum, always.</summary>
    Constant,
}

/// <summary>The values of <see cref="DualRegularization"/>.</summary>
public static class DualRegularizations
{
    /// <summary>c of master step <paramref name="t"/>.</summary>
    /// <param name="kind">How it goes on.</param>
    /// <param name="minimum">c, or its minimum; at least 0.</param>
    /// <param name="step">η, step of the dual variable; more than 0.</param>
    /// <param name="t">Steps made before, from 0.</param>
    public static double At(this DualRegularization kind, double minimum, double step, long t) => kind == DualRegularization.Constant
        ? minimum
        : Math.Max(minimum, 1 / (step * Math.Pow(t + 1, 0.25)));
}
