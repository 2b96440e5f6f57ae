using System.Collections.Immutable;

namespace ActorFed.Host.Data;

/// <summary>
/// The known data sets. Hashes are of the files the loaders were tested with; a publisher whose file differs is reported by
/// the download, never silently trusted.
/// </summary>
internal static class DataCatalog
{
    private const string Uci = "https://archive.ics.uci.edu/ml/machine-learning-databases/";
    private const string LibSvm = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/binary/";
    private const string FashionMnist = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";
    private const string CifarArchive = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
    private const string UciLicence = "CC BY 4.0 (UCI)";
    private const string NoLicence = "none stated";

    // The publisher's own page comes last: it has refused plain downloads for years, and the hash makes the order harmless.
    private static readonly ImmutableArray<string> MnistPlaces =
    [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ];

    /// <summary>All sets, generated ones first.</summary>
    public static ImmutableArray<DataSetEntry> Sets { get; } =
    [
        new()
        {
            Name = "synthetic-digits",
            Description = "Handwriting-like digits drawn from the seed; needs no download",
            Shape = "as configured",
            Licence = "generated",
        },
        new()
        {
            Name = "gaussian-mixture",
            Description = "Gaussian clusters drawn from the seed; needs no download",
            Shape = "as configured",
            Licence = "generated",
        },
        new()
        {
            Name = "mnist",
            Description = "Handwritten digits, 28 x 28 grey levels, 10 classes",
            Shape = "60,000 + 10,000 x 784",
            Licence = "no licence file; often stated as CC BY-SA 3.0",
            Files =
            [
                Gzip(
                    "mnist/train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db").From(MnistPlaces),
                Gzip(
                    "mnist/train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5").From(MnistPlaces),
                Gzip(
                    "mnist/t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7").From(MnistPlaces),
                Gzip(
                    "mnist/t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                    10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2").From(MnistPlaces),
            ],
        },
        new()
        {
            Name = "fashion-mnist",
            Description = "Pictures of clothes, 28 x 28 grey levels, 10 classes",
            Shape = "60,000 + 10,000 x 784",
            Licence = "MIT",
            Files =
            [
                Gzip(
                    "fashion-mnist/train-images-idx3-ubyte.gz", 26421880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    47040016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888").From([FashionMnist]),
                Gzip(
                    "fashion-mnist/train-labels-idx1-ubyte.gz", 29515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    60008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9").From([FashionMnist]),
                Gzip(
                    "fashion-mnist/t10k-images-idx3-ubyte.gz", 4422102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    7840016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b").From([FashionMnist]),
                Gzip(
                    "fashion-mnist/t10k-labels-idx1-ubyte.gz", 5148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    10008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34").From([FashionMnist]),
            ],
        },
        new()
        {
            Name = "ijcnn1",
            Description = "IJCNN 2001 challenge, two classes, scaled features (LIBSVM)",
            Shape = "49,990 + 91,701 x 22",
            Licence = NoLicence,
            Files =
            [
                Gzip(
                    "ijcnn1/ijcnn1.gz", 1579336, "18ca079e751da34c55a18536a3fbf9aedae93f800a3b674f385a56259318d1c7",
                    7744897, "16506cad788cf7c9607454150ed1994788204bac2ff4c9cb3b320036b6950d3f").ByHand(Recompress("ijcnn1")),
                Gzip(
                    "ijcnn1/ijcnn1.t.gz", 2928070, "46975aadc0337200b2926e3e2e9cb7586177049e0597a541083e294da0e7a1f2",
                    14213968, "e7b0bbd518641980dc322746c6bc59d019d3153934e6258e48f9d8cfae2c4bb8").ByHand(Recompress("ijcnn1.t")),
            ],
        },
        new()
        {
            Name = "a9a",
            Description = "Adult census income, two classes, binary features (LIBSVM)",
            Shape = "32,561 + 16,281 x 123",
            Licence = "CC BY 4.0 (UCI Adult)",
            Files =
            [
                Gzip(
                    "a9a/a9a.gz", 197533, "b301f3e87350539f3ebc751d07b4691a8c66f0bf38c1d179c86bbf5e2d9623b2",
                    2329875, "f5d5ffd8d865ff41328e7ee043e4b020816914ff6843ff15b98905ddbedce906").ServedPlain(LibSvm + "a9a"),
                Gzip(
                    "a9a/a9a.t.gz", 99153, "92967561181c73a60149cc8221b936eb746573fda8cbf483115d673f42b26c3f",
                    1164628, "1f448a153f0320399a7e40836eb207655b0bde0f21fc941cc472193daa9f5de9").ServedPlain(LibSvm + "a9a.t"),
            ],
        },
        new()
        {
            Name = "covtype",
            Description = "SUBSET of Covertype: its first 20,000 rows, not a random sample; 7 classes",
            Shape = "20,000 of 581,012 x 54",
            Licence = UciLicence,
            Files =
            [
                Gzip(
                    "covtype/covtype.first20k.data.gz", 377010,
                    "7bd0f4e969f175180a2d9ed05c779b413db4308d6872c508944d0107020abcff",
                    2578724, "55ff5c8510624a2fe57838017f96caf86914223f131572edd35a038f3e85e43e")
                    .ByHand($"fetch {Uci}covtype/covtype.data.gz, then: gunzip -c covtype.data.gz | head -n 20000 | gzip > covtype.first20k.data.gz"),
            ],
        },
        new()
        {
            Name = "australian",
            Description = "Australian credit approval, two classes (Statlog)",
            Shape = "690 x 14",
            Licence = UciLicence,
            Files =
            [
                Plain("australian/australian.dat", 28735, "3abe5af151afa50b999a9ba21cbc884e80d80a4050b716cf88b34a2e6ecb731c")
                    .From([Uci + "statlog/australian/"]),
            ],
        },
        new()
        {
            Name = "diabetes",
            Description = "Progression of diabetes after one year, regression (the LARS paper's set)",
            Shape = "442 x 10",
            Licence = NoLicence,
            Files =
            [
                Plain("diabetes/diabetes.tab.txt", 18496, "4733febee697862c22139cdac87478a300ce0d101593deb07ed6c0f3328a99cd")
                    .From(["https://www4.stat.ncsu.edu/~boos/var.select/"]),
                Plain("diabetes/diabetes.csv", 18496, "bfbdca304c928ea932d335b1a4895777cf93416afe1f43ac4fab9c6bc97cc976")
                    .ByHand("tr '\\t' ',' < diabetes.tab.txt > diabetes.csv"),
            ],
        },
        new()
        {
            Name = "boston",
            Description = "Boston housing, regression; one feature is built on race: only to reproduce published experiments",
            Shape = "506 x 13",
            Licence = NoLicence,
            Files =
            [
                Plain("boston/housing.data", 49082, "baadf72995725d76efe787b664e1f083388c79ba21ef9a7990d87f774184735a")
                    .From([Uci + "housing/"]),
                Plain("boston/boston.csv", 41359, "ebf8b4a9ceaf375f9591be7b862b3eafc6efc952251e77f09dd6c2df9e216ba0")
                    .ByHand("write housing.data with commas under a header of its column names, or use housing.data"),
            ],
        },
        new()
        {
            Name = "wine-red",
            Description = "Quality of red wines, regression",
            Shape = "1,599 x 11",
            Licence = UciLicence,
            Files =
            [
                Plain("wine-quality/winequality-red.csv", 84199, "4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e")
                    .From([Uci + "wine-quality/"]),
            ],
        },
        new()
        {
            Name = "wine-white",
            Description = "Quality of white wines, regression",
            Shape = "4,898 x 11",
            Licence = UciLicence,
            Files =
            [
                Plain("wine-quality/winequality-white.csv", 264426, "76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836")
                    .From([Uci + "wine-quality/"]),
            ],
        },
        new()
        {
            Name = "optdigits",
            Description = "Handwritten digits, 8 x 8 counts, 10 classes",
            Shape = "3,823 + 1,797 x 64",
            Licence = UciLicence,
            Files =
            [
                Plain("optdigits/optdigits.tra", 563639, "e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd")
                    .From([Uci + "optdigits/"]),
                Plain("optdigits/optdigits.tes", 264712, "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8")
                    .From([Uci + "optdigits/"]),
            ],
        },
        new()
        {
            Name = "iris",
            Description = "Iris flowers, 3 classes; bezdekIris.data mends two known errors of iris.data",
            Shape = "150 x 4",
            Licence = UciLicence,
            Files =
            [
                Plain("iris/iris.data", 4551, "6f608b71a7317216319b4d27b4d9bc84e6abd734eda7872b71a458569e2656c0").From([Uci + "iris/"]),
                Plain("iris/bezdekIris.data", 4551, "0fed2a99db77ec533a62dc66894d3ec6df3b58b6a8f3cf4a6b47e4086b7f97dc").From([Uci + "iris/"]),
            ],
        },
        NewsgroupsCatalog.Set,
        new()
        {
            Name = "cifar10",
            Description = "SUBSET of CIFAR-10: first training batch and first 1,000 test records, 32 x 32 colour, 10 classes",
            Shape = "10,000 + 1,000 x 3072",
            Licence = NoLicence + "; cite Krizhevsky 2009",
            Files =
            [
                Gzip(
                    "cifar10-subset/data_batch_1.bin.gz", 28313767,
                    "6fcee3c4b6ea120cf82b263e2e9fe932e7edf7daf530e8b8ed62c178f70910c6",
                    30730000, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5")
                    .ByHand($"fetch and unpack {CifarArchive}, then: gzip -c data_batch_1.bin > data_batch_1.bin.gz"),
                Gzip(
                    "cifar10-subset/test_batch.first1000.bin.gz", 2834548,
                    "3d5e72c2623a79c57b916d8669b4cba52fa2984d04cb8cd7d256902adc743432",
                    3073000, "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5")
                    .ByHand($"fetch and unpack {CifarArchive}, then: head -c 3073000 test_batch.bin | gzip > test_batch.first1000.bin.gz"),
            ],
        },
        new()
        {
            Name = "shakespeare",
            Description = "Tiny Shakespeare: plain text for character models, 65 distinct characters",
            Shape = "1,115,394 characters",
            Licence = "text in the public domain",
            Files =
            [
                Plain("shakespeare/tinyshakespeare.txt", 1115394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed") with
                {
                    Urls = ["https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"],
                },
            ],
        },
    ];

    /// <summary>The set called <paramref name="name"/>.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public static DataSetEntry Get(string name) => Get(Sets, name);

    /// <summary>The set called <paramref name="name"/> among <paramref name="sets"/>.</summary>
    /// <exception cref="DataSetException">There is none.</exception>
    public static DataSetEntry Get(ImmutableArray<DataSetEntry> sets, string name) =>
        sets.FirstOrDefault(set => set.Name == name) ?? throw new DataSetException(
            $"There is no data set '{name}'. Known are: {string.Join(", ", sets.Select(set => set.Name))}.");

    /// <summary>A file stored as it is.</summary>
    internal static DataFile Plain(string path, long bytes, string sha256) =>
        new() { Path = path, Stored = new Fingerprint(bytes, sha256) };

    /// <summary>A gzip file, recognised by its own bytes or by those inside.</summary>
    internal static DataFile Gzip(string path, long bytes, string sha256, long contentBytes, string contentSha256) =>
        Plain(path, bytes, sha256) with { Content = new Fingerprint(contentBytes, contentSha256) };

    /// <summary>The file can only be made by hand.</summary>
    internal static DataFile ByHand(this DataFile file, string instructions) => file with { ByHand = instructions };

    private static DataFile From(this DataFile file, ImmutableArray<string> folders) =>
        file with { Urls = [.. folders.Select(folder => folder + file.Name)] };

    private static DataFile ServedPlain(this DataFile file, string url) => file with { Urls = [url], IsServedPlain = true };

    private static string Recompress(string name) =>
        $"the publisher serves bzip2, which .NET cannot read: fetch {LibSvm}{name}.bz2, then: bzip2 -dc {name}.bz2 | gzip > {name}.gz";
}
