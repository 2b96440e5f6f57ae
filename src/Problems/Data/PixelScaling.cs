namespace ActorFed.Problems.Data;

/// <summary>How a pixel byte becomes a feature: scale · byte + offset.</summary>
/// <param name="Scale">Factor of each byte.</param>
/// <param name="Offset">Added after scaling.</param>
public readonly record struct PixelScaling(float Scale, float Offset)
{
    /// <summary>To [0, 1].</summary>
    public static PixelScaling Unit => new(1f / 255, 0);

    /// <summary>Training images of MNIST as the official code of ADBO has them: (p/256 − 0.1307) / 0.3081.</summary>
    public static PixelScaling MnistTrain => Normalise(256, 0.1307, 0.3081);

    /// <summary>Test images of MNIST as the official code of ADBO has them: (p/255 − 0.1307) / 0.3081.</summary>
    public static PixelScaling MnistTest => Normalise(255, 0.1307, 0.3081);

    /// <summary>(p / <paramref name="range"/> − <paramref name="mean"/>) / <paramref name="deviation"/>.</summary>
    public static PixelScaling Normalise(double range, double mean, double deviation) =>
        new((float)(1 / (range * deviation)), (float)(-mean / deviation));
}
