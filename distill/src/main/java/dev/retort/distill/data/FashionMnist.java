package dev.retort.distill.data;

import static java.util.Objects.requireNonNull;

import ai.djl.Application;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;

import dev.retort.distill.fingerprint.Fingerprint;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Fashion-MNIST (Zalando, MIT): 60,000 training and 10,000 test images of 28x28 pixels in ten
 * classes. The four IDX files are looked for in a folder that the user names, else in the folder of
 * Debian's package {@code dataset-fashion-mnist}, else in DJL's repository on the network.
 */
public final class FashionMnist {
    /** The folder of Debian's package {@code dataset-fashion-mnist}. */
    static final Path DEBIAN_FOLDER = Path.of("/usr/share/datasets/fashion-mnist");

    private static final int SIDE = 28;
    private static final int TRAIN = 60_000;
    private static final int TEST = 10_000;
    private static final int VALIDATION = 5_000;
    private static final int CLASSES = 10;
    private static final long SPLIT_SEED = 0;

    /** The names of the files in DJL's repository. */
    private static final Map<String, String> ITEMS =
            Map.of(
                    "train-images-idx3-ubyte", "train_data",
                    "train-labels-idx1-ubyte", "train_labels",
                    "t10k-images-idx3-ubyte", "test_data",
                    "t10k-labels-idx1-ubyte", "test_labels");

    /** The files as Zalando published them, unpacked: each place packs them otherwise. */
    private static final Map<String, Fingerprint> PUBLISHED =
            Map.of(
                    "train-images-idx3-ubyte",
                    new Fingerprint(
                            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
                    "train-labels-idx1-ubyte",
                    new Fingerprint(
                            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                    "t10k-images-idx3-ubyte",
                    new Fingerprint(
                            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    "t10k-labels-idx1-ubyte",
                    new Fingerprint(
                            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    private final Path systemFolder;
    private final Repository repository;
    private final Map<String, Fingerprint> hashes;

    /** Opens one of the four files by its name in the original distribution. */
    @FunctionalInterface
    private interface IdxSource {
        InputStream open(String name) throws IOException;
    }

    FashionMnist(Path systemFolder, Repository repository, Map<String, Fingerprint> hashes) {
        this.systemFolder = systemFolder;
        this.repository = repository;
        this.hashes = hashes;
    }

    /**
     * Loads the data set.
     *
     * @param folder a folder with the four IDX files, plain or gzip; empty looks in the places
     *     named above
     * @return 55,000 training, 5,000 validation (stratified, always the same) and the 10,000
     *     official test images, each of shape (1, 28, 28)
     * @throws DataException if the files are missing, damaged or not Fashion-MNIST's, such as those
     *     of MNIST
     */
    public static DataSplit load(Optional<Path> folder) {
        Repository djl = new RemoteRepository("DJL", URI.create("https://mlrepo.djl.ai/"));
        return new FashionMnist(DEBIAN_FOLDER, djl, PUBLISHED).split(folder);
    }

    DataSplit split(Optional<Path> folder) {
        if (folder.isPresent()) {
            return split(files(folder.get()), folder.get().toString());
        }
        if (Files.isDirectory(systemFolder)) {
            return split(files(systemFolder), systemFolder.toString());
        }
        return split(download(), "DJL's repository " + repository.getBaseUri());
    }

    private DataSplit split(IdxSource files, String source) {
        LabelledData development = read(files, "train", TRAIN);
        int[] validation = DataSplit.stratifiedSample(development, VALIDATION, SPLIT_SEED);
        return new DataSplit(
                "fashion-mnist",
                development.select(DataSplit.rest(development, validation)),
                development.select(validation),
                read(files, "t10k", TEST),
                "Fashion-MNIST from " + source + "; official test set, fixed validation split");
    }

    private LabelledData read(IdxSource files, String prefix, int count) {
        byte[] images =
                readFile(files, prefix + "-images-idx3-ubyte", new int[] {count, SIDE, SIDE});
        byte[] classes = readFile(files, prefix + "-labels-idx1-ubyte", new int[] {count});
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = Byte.toUnsignedInt(classes[i]);
        }
        return new LabelledData(images, 255, new Shape(1, SIDE, SIDE), labels, CLASSES);
    }

    private byte[] readFile(IdxSource files, String name, int[] dimensions) {
        try (InputStream in = files.open(name)) {
            return IdxFile.read(
                    name, in, requireNonNull(hashes.get(name), "one of the four"), dimensions);
        } catch (IOException e) {
            throw new DataException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static IdxSource files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(
                    "expected a folder with the four IDX files of Fashion-MNIST, found no folder at "
                            + folder);
        }
        return name -> {
            for (String candidate : new String[] {name, name + ".gz"}) {
                Path file = folder.resolve(candidate);
                if (Files.isRegularFile(file)) {
                    return Files.newInputStream(file);
                }
            }
            throw new DataException("expected %s or %s.gz in %s".formatted(name, name, folder));
        };
    }

    private IdxSource download() {
        try {
            MRL mrl =
                    repository.dataset(
                            Application.CV.ANY, "ai.djl.basicdataset", "fashmnist", "1.0");
            Artifact artifact =
                    requireNonNull(mrl.getDefaultArtifact(), "no artifact fashmnist 1.0");
            mrl.prepare(artifact);
            Map<String, Artifact.Item> items = artifact.getFiles();
            if (!items.keySet().containsAll(ITEMS.values())) {
                throw new IOException("an artifact with the items " + items.keySet());
            }
            return name -> repository.openStream(requireNonNull(items.get(ITEMS.get(name))), null);
        } catch (IOException | RuntimeException e) {
            throw new DataException(
                    ("Fashion-MNIST was not found: no folder %s, and DJL's repository %s gave: %s;"
                                    + " install Debian's package dataset-fashion-mnist or name a"
                                    + " folder with the four IDX files")
                            .formatted(systemFolder, repository.getBaseUri(), e),
                    e);
        }
    }
}
