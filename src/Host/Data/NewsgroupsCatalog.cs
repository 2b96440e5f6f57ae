namespace ActorFed.Host.Data;

/// <summary>The catalogue entry of 20 Newsgroups: two reduced forms, both converted, so that no file of it can be downloaded.</summary>
internal static class NewsgroupsCatalog
{
    /// <summary>The entry.</summary>
    public static DataSetEntry Set { get; } = new()
    {
        Name = "20newsgroups",
        Description = "SUBSET of 20 Newsgroups: counts of 1,000 word groups (20 classes), and 100 words (4 classes)",
        Shape = "11,256 + 7,489 x 1000; 16,242 x 100",
        Licence = "none stated",
        Files =
        [
            Packed(
                "20news_w1000.train.svm.gz", 506489, "f44f56d26fdc9fcfb4b2b31a8495435be08dc54201588f91c2cf404914c3fa87",
                1958382, "cca8652614effed9fef97258425ce3af656b36b44c41489cf27bc3d2d2dff464"),
            Packed(
                "20news_w1000.test.svm.gz", 334707, "4b96bd14dc3d228e92c4c0794fb98229b03ffac5c7098fa9991fded07018c4db",
                1288273, "a1661b43c31c0ecf1858603f8f6c36430f2fd3ec3ab37e132af89f12992e2320"),
            Text("20news_w1000.classes.txt", 333, "e639d15e21a5fef5fa90955acc42bbf428a9bd3a379cd3084b9595cb0066831b"),
            Text("20news_w1000.vocab.txt", 27339, "3d70310c9afe6cda41921dfdad26d47fd6c916d7ae43ee2de09cf9bea9487e26"),
            Packed(
                "20news_w100.svm.gz", 61405, "a6b985f0a4c5150d0b0e1bfed896277d7ae579b78e3a1a627447264b9755f201",
                356026, "58a3372e7ea2c0c8017cffc72c0183ab222d09f1ba23514a9b3fa6b8528491b9"),
            Text("20news_w100.classes.txt", 26, "719fa5c23eb86e46a6ac8d807845489758642a91d6d11edb8561b7fbd6565f06"),
            Text("20news_w100.vocab.txt", 657, "8878e61c2d5eaa9d05a34fff309a4c1f3d7c4654f1d94e4e11e04ea63e5043d0"),
        ],
    };

    private static string Instructions(string name) =>
        $"convert {name[..name.IndexOf('.', StringComparison.Ordinal)]}.mat of github.com/probml/pmtkdata to LIBSVM text, labels from 1";

    private static DataFile Text(string name, long bytes, string sha256) =>
        DataCatalog.Plain($"20newsgroups/{name}", bytes, sha256).ByHand(Instructions(name));

    private static DataFile Packed(string name, long bytes, string sha256, long contentBytes, string contentSha256) =>
        DataCatalog.Gzip($"20newsgroups/{name}", bytes, sha256, contentBytes, contentSha256).ByHand(Instructions(name));
}
