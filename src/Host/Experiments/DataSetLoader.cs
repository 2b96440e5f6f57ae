using ActorFed.Host.Data;
using ActorFed.Problems.Data;

namespace ActorFed.Host.Experiments;

/// <summary>Reads or generates the training and test set that an experiment names.</summary>
internal static class DataSetLoader
{
    /// <summary>Share of rows that test where a set is published in one piece.</summary>
    private const double TestFraction = 0.2;

    /// <summary>The shards of an experiment, with labels or targets as its problem wants.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static ShardedSet LoadFor(Experiment experiment, DataLocator locator)
    {
        ExperimentOptions options = experiment.Options;
        if (experiment.Problem.HasText)
        {
            return LoadText(DataFor(experiment), options.Workers, options.Seed, locator);
        }

        return experiment.Problem.HasTargets
            ? LoadTargets(DataFor(experiment), options.Workers, options.Seed, locator)
            : Load(DataFor(experiment), options.Workers, options.Seed, locator);
    }

    /// <summary>Which data an experiment takes: where there is one level, nothing validates, and all rows of a shard train.</summary>
    public static DataOptions DataFor(Experiment experiment)
    {
        DataOptions data = experiment.Options.Data;
        return experiment.Problem.Levels > 1 ? data : data with { Sharding = data.Sharding with { ValidationFraction = 0 } };
    }

    /// <summary>The shards of an experiment on a classification set.</summary>
    /// <exception cref="DataSetException">A file is not there, or the set cannot be used so.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or not as it should be.</exception>
    /// <exception cref="ArgumentException">Set and sharding do not fit.</exception>
    public static ShardedData Load(DataOptions options, int workers, ulong seed, DataLocator locator)
    {
        (LabelledData train, LabelledData test) = ReadCut(options, seed, locator);
        return Sharding.Build(train, test, options.Sharding, workers, seed);
    }

    /// <summary>Whether <see cref="ReadCut"/> gives the same for every seed; of other sets the rows are drawn, or which of them test.</summary>
    public static bool IsSameForEverySeed(string set) =>
        set is "mnist" or "fashion-mnist" or "ijcnn1" or "a9a" or "20newsgroups" or "cifar10" or "optdigits";

    /// <summary>Training and test set before any sharding.</summary>
    /// <exception cref="DataSetException">As <see cref="Load"/>.</exception>
    /// <exception cref="InvalidDataException">As <see cref="Load"/>.</exception>
    /// <exception cref="ArgumentException">data.recut-at is out of range.</exception>
    public static (LabelledData Train, LabelledData Test) ReadCut(DataOptions options, ulong seed, DataLocator locator)
    {
        (LabelledData train, LabelledData test) = Read(options, seed, locator);
        if (options.RecutAt is not int at)
        {
            return (train, test);
        }

        LabelledData all = DataRows.Concatenate(train, test);
        return at < all.Labels.Length
            ? (DataRows.Slice(all, 0, at), DataRows.Slice(all, at, all.Labels.Length - at))
            : throw new ArgumentException($"data.recut-at is {at}; '{options.Set}' has {all.Labels.Length} rows, and at least one must be left for testing.");
    }

    /// <summary>The shards of an experiment on a regression set.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static ShardedRegression LoadTargets(DataOptions options, int workers, ulong seed, DataLocator locator)
    {
        if (options.RecutAt is int at)
        {
            throw new ArgumentException($"data.recut-at is {at}; regression sets are cut by the seed, so set it to none.");
        }

        Files files = new(options.Set, locator);
        RegressionData all = options.Set switch
        {
            "diabetes" => files.Targets("diabetes.csv", new CsvFormat { HasHeader = true }),
            "boston" => files.Targets("housing.data", new CsvFormat { Separator = ' ' }),
            "wine-red" => files.Targets("winequality-red.csv", new CsvFormat { HasHeader = true, Separator = ';' }),
            "wine-white" => files.Targets("winequality-white.csv", new CsvFormat { HasHeader = true, Separator = ';' }),
            _ => throw Unusable(options.Set, "regression", "'diabetes' or 'wine-red'"),
        };
        (RegressionData train, RegressionData test) = DataRows.Holdout(all, TestFraction, seed);
        return Sharding.Build(train, test, options.Sharding, workers, seed);
    }

    /// <summary>The shards of an experiment on a text.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static ShardedData LoadText(DataOptions options, int workers, ulong seed, DataLocator locator)
    {
        if (options.RecutAt is int at)
        {
            throw new ArgumentException($"data.recut-at is {at}; of texts the last tenth tests, so set it to none.");
        }

        (LabelledData train, LabelledData test) = options.Set == "shakespeare"
            ? new Files(options.Set, locator).Text("tinyshakespeare.txt", options.TextContext)
            : throw Unusable(options.Set, "text", "'shakespeare'");
        return Sharding.Build(train, test, options.Sharding, workers, seed);
    }

    private static (LabelledData Train, LabelledData Test) Read(DataOptions options, ulong seed, DataLocator locator)
    {
        Files files = new(options.Set, locator);
        return options.Set switch
        {
            "synthetic-digits" => (
                SyntheticDigits.Generate(options.SyntheticDigits.TrainRows, seed, new SyntheticDigitsOptions(), "train"),
                SyntheticDigits.Generate(options.SyntheticDigits.TestRows, seed, new SyntheticDigitsOptions(), "test")),
            "gaussian-mixture" => (
                GaussianMixture.Generate(options.GaussianMixture.TrainRows, seed, Mixture(options.GaussianMixture), "train"),
                GaussianMixture.Generate(options.GaussianMixture.TestRows, seed, Mixture(options.GaussianMixture), "test")),
            "mnist" or "fashion-mnist" => (
                files.Idx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", PixelScaling.MnistTrain),
                files.Idx("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", PixelScaling.MnistTest)),
            "ijcnn1" => files.LibSvm("ijcnn1.gz", "ijcnn1.t.gz", features: 22),
            "a9a" => files.LibSvm("a9a.gz", "a9a.t.gz", features: 123),
            "20newsgroups" => files.LibSvm("20news_w1000.train.svm.gz", "20news_w1000.test.svm.gz", features: 1000),
            "cifar10" => (
                files.Cifar("data_batch_1.bin.gz"),
                files.Cifar("test_batch.first1000.bin.gz")),
            "optdigits" => files.Csv("optdigits.tra", "optdigits.tes", new CsvFormat()),
            "covtype" => files.CsvHoldout("covtype.first20k.data.gz", new CsvFormat(), seed),
            "australian" => files.CsvHoldout("australian.dat", new CsvFormat { Separator = ' ' }, seed),
            "iris" => files.CsvHoldout("iris.data", new CsvFormat(), seed),
            _ => throw Unusable(options.Set, "classification", "'synthetic-digits' or 'mnist'"),
        };
    }

    private static DataSetException Unusable(string set, string kind, string examples)
    {
        DataSetEntry known = DataCatalog.Get(set); // an unknown name fails here, with the nearest one
        return new DataSetException(
            $"data.set is '{known.Name}', which is no {kind} set that the problem could use; it needs one such as {examples}.");
    }

    private static GaussianMixtureOptions Mixture(GaussianMixtureSize size) => new()
    {
        Classes = size.Classes,
        Features = size.Features,
        Separation = size.Separation,
        Noise = size.Noise,
    };

    /// <summary>The files of one set, opened where they lie.</summary>
    private sealed class Files(string set, DataLocator locator)
    {
        public LabelledData Idx(string images, string labels, PixelScaling scaling) =>
            Open(images, imageFile => Open(labels, labelFile => IdxReader.Read(imageFile, labelFile, scaling)));

        public LabelledData Cifar(string file) => Open(file, source => CifarReader.Read(source, PixelScaling.Unit));

        public (LabelledData, LabelledData) LibSvm(string train, string test, int features)
        {
            LabelledData first = Open(train, source => LibSvmReader.Read(source, features));
            return (first, Open(test, source => LibSvmReader.Read(source, features, first.ClassNames)));
        }

        public (LabelledData, LabelledData) Csv(string train, string test, CsvFormat format)
        {
            LabelledData first = Open(train, source => CsvReader.Read(source, format));
            return (first, Open(test, source => CsvReader.Read(source, format, first.ClassNames)));
        }

        public (LabelledData, LabelledData) CsvHoldout(string file, CsvFormat format, ulong seed) =>
            DataRows.Holdout(Open(file, source => CsvReader.Read(source, format)), TestFraction, seed);

        public (LabelledData, LabelledData) Text(string file, int context) => Open(file, source => TextWindows.Read(source, context));

        public RegressionData Targets(string file, CsvFormat format) => Open(file, source => CsvReader.ReadTargets(source, format));

        private T Open<T>(string file, Func<DataSource, T> read)
        {
            string path = locator.Find(set, file);
            using FileStream stream = File.OpenRead(path);
            return read(new DataSource(set, path, stream));
        }
    }
}
