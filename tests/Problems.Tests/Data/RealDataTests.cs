using ActorFed.Problems.Data;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Problems.Tests.Data;

/// <summary>Class counts and sums as published with each set.</summary>
public sealed class RealDataTests
{
    [RealDataFact("mnist")]
    public void Reads_MNIST()
    {
        LabelledData train = ReadIdx("mnist", "train", PixelScaling.MnistTrain);
        LabelledData test = ReadIdx("mnist", "t10k", PixelScaling.MnistTest);

        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], CountsOf(train));
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], CountsOf(test));
        Assert.Equal((60_000, 784), (train.Features.Rows, train.Features.Columns));
    }

    [RealDataFact("fashion-mnist")]
    public void Reads_Fashion_MNIST()
    {
        LabelledData train = ReadIdx("fashion-mnist", "train", PixelScaling.Unit);

        Assert.All(CountsOf(train), count => Assert.Equal(6000, count));
    }

    [RealDataFact("ijcnn1")]
    public void Reads_and_joins_IJCNN1()
    {
        LabelledData train = Read("ijcnn1/ijcnn1.gz", file => LibSvmReader.Read(file, 22));
        LabelledData test = Read("ijcnn1/ijcnn1.t.gz", file => LibSvmReader.Read(file, 22, train.ClassNames));

        LabelledData joined = DataRows.Concatenate(train, test);

        Assert.Equal<string>(["-1", "1"], train.ClassNames);
        Assert.Equal([45_137, 4853], CountsOf(train));
        Assert.Equal([82_989, 8712], CountsOf(test));
        Assert.Equal((141_691, 22), (joined.Features.Rows, joined.Features.Columns));
    }

    [RealDataFact("a9a")]
    public void Reads_a9a_whose_test_file_lacks_the_last_feature()
    {
        LabelledData test = Read("a9a/a9a.t.gz", file => LibSvmReader.Read(file, 123));

        Assert.Equal([12_435, 3846], CountsOf(test));
        Assert.Equal(123, test.Features.Columns);
    }

    [RealDataFact("covtype")]
    public void Reads_Covertype()
    {
        LabelledData data = Read("covtype/covtype.first20k.data.gz", file => CsvReader.Read(file, new CsvFormat()));

        Assert.Equal([2942, 6022, 2160, 2160, 2396, 2160, 2160], CountsOf(data));
    }

    [RealDataFact("wine-quality")]
    public void Reads_wine_quality()
    {
        CsvFormat format = new() { Separator = ';', HasHeader = true, LabelColumn = "quality" };

        LabelledData data = Read("wine-quality/winequality-white.csv", file => CsvReader.Read(file, format));

        Assert.Equal([20, 163, 1457, 2198, 880, 175, 5], CountsOf(data));
    }

    [RealDataFact("iris")]
    public void Reads_iris()
    {
        LabelledData data = Read("iris/iris.data", file => CsvReader.Read(file, new CsvFormat()));

        Assert.Equal<string>(["Iris-setosa", "Iris-versicolor", "Iris-virginica"], data.ClassNames);
        Assert.Equal([50, 50, 50], CountsOf(data));
    }

    [RealDataFact("diabetes")]
    public void Reads_diabetes_as_tabs_and_as_commas_alike()
    {
        RegressionData tabs = Read(
            "diabetes/diabetes.tab.txt",
            file => CsvReader.ReadTargets(file, new CsvFormat { Separator = '\t', HasHeader = true }));
        RegressionData commas = Read(
            "diabetes/diabetes.csv", file => CsvReader.ReadTargets(file, new CsvFormat { HasHeader = true, LabelColumn = "Y" }));

        Assert.Equal(67_243, tabs.Targets.Sum());
        Assert.Equal<double>(tabs.Targets, commas.Targets);
        Assert.Equal(((DenseMatrix)tabs.Features).Values.ToArray(), ((DenseMatrix)commas.Features).Values.ToArray());
    }

    [RealDataFact("boston")]
    public void Reads_Boston_housing_between_blanks()
    {
        RegressionData data = Read("boston/housing.data", file => CsvReader.ReadTargets(file, new CsvFormat { Separator = ' ' }));

        Assert.Equal((506, 13), (data.Features.Rows, data.Features.Columns));
        Assert.Equal(11_401.6, data.Targets.Sum(), 1e-6); // rounding of 506 sums
    }

    [RealDataFact("cifar10-subset")]
    public void Reads_CIFAR_10()
    {
        LabelledData data =
            Read("cifar10-subset/test_batch.first1000.bin.gz", file => CifarReader.Read(file, PixelScaling.Unit));

        Assert.Equal([103, 89, 100, 103, 90, 86, 112, 102, 106, 109], CountsOf(data));
        Assert.Equal<int>([3, 8, 8, 0, 6, 6, 1, 6, 3, 1], data.Labels[..10]);
    }

    private static LabelledData ReadIdx(string set, string part, PixelScaling scaling)
    {
        string images = $"{set}/{part}-images-idx3-ubyte.gz";
        string labels = $"{set}/{part}-labels-idx1-ubyte.gz";
        using FileStream imageStream = RealData.Open(images);
        using FileStream labelStream = RealData.Open(labels);
        return IdxReader.Read(new DataSource(set, images, imageStream), new DataSource(set, labels, labelStream), scaling);
    }

    private static T Read<T>(string path, Func<DataSource, T> read)
    {
        using FileStream stream = RealData.Open(path);
        return read(new DataSource(path.Split('/')[0], path, stream));
    }

    private static int[] CountsOf(LabelledData data)
    {
        int[] counts = new int[data.Classes];
        foreach (int label in data.Labels)
        {
            counts[label]++;
        }

        return counts;
    }
}
