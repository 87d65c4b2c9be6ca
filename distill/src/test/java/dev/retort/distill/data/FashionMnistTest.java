package dev.retort.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;

import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Files of the right form with made-up pixels; the real ones are read by the end-to-end test. */
class FashionMnistTest {
    private static final List<String> NAMES =
            List.of(
                    "train-images-idx3-ubyte.gz",
                    "train-labels-idx1-ubyte",
                    "t10k-images-idx3-ubyte",
                    "t10k-labels-idx1-ubyte.gz");

    private static final String METADATA =
            """
            {
              "metadataVersion": "0.2",
              "resourceType": "dataset",
              "application": "cv",
              "groupId": "ai.djl.basicdataset",
              "artifactId": "fashmnist",
              "artifacts": [{
                "version": "1.0",
                "files": {
                  "train_data": {"uri": "1.0/train-images-idx3-ubyte.gz"},
                  "train_labels": {"uri": "1.0/train-labels-idx1-ubyte"},
                  "test_data": {"uri": "1.0/t10k-images-idx3-ubyte"},
                  "test_labels": {"uri": "1.0/t10k-labels-idx1-ubyte.gz"}
                }
              }]
            }
            """;

    // 47 MB to generate and to compress: written once, then linked into the folder of each test.
    @TempDir static Path originals;

    @TempDir Path folder;

    private static final Map<String, Fingerprint> HASHES = new HashMap<>();

    @BeforeAll
    static void writeFourFiles() throws IOException {
        write("train-images-idx3-ubyte.gz", idx(3, 60_000, 28, 28));
        write("train-labels-idx1-ubyte", idx(1, 60_000));
        write("t10k-images-idx3-ubyte", idx(3, 10_000, 28, 28));
        write("t10k-labels-idx1-ubyte.gz", idx(1, 10_000));
    }

    @BeforeEach
    void linkFourFiles() throws IOException {
        for (String name : NAMES) {
            Files.createLink(folder.resolve(name), originals.resolve(name));
        }
    }

    @Test
    void readsPlainAndCompressedFiles() {
        DataSplit split = made().split(Optional.of(folder));
        assertEquals(55_000, split.train().size());
        assertEquals(5_000, split.validation().size());
        assertEquals(10_000, split.test().size());
        assertEquals(new Shape(1, 28, 28), split.test().sampleShape());
        assertEquals(7, split.test().label(17));
        assertTrue(split.source().contains(folder.toString()), split.source());
    }

    @Test
    void namesAMissingFolder() {
        assertError(
                "expected a folder with the four IDX files of Fashion-MNIST, found no folder at "
                        + folder.resolve("nowhere"),
                folder.resolve("nowhere"));
    }

    @Test
    void namesAMissingFile() throws IOException {
        Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
        assertError(
                "expected t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz in " + folder,
                folder);
    }

    @Test
    void namesATruncatedFile() throws IOException {
        byte[] whole = original("t10k-images-idx3-ubyte");
        replace("t10k-images-idx3-ubyte", Arrays.copyOf(whole, whole.length - 1000));
        assertError(
                "t10k-images-idx3-ubyte is cut short: expected 7840000 elements, found 7839000",
                folder);
    }

    @Test
    void namesATruncatedCompressedFile() throws IOException {
        byte[] whole = original("train-images-idx3-ubyte.gz");
        replace("train-images-idx3-ubyte.gz", Arrays.copyOf(whole, whole.length / 2));
        assertError(
                "train-images-idx3-ubyte is cut short: its IDX header or its compressed data ends"
                        + " early",
                folder);
    }

    @Test
    void namesAnEmptyFile() throws IOException {
        replace("train-labels-idx1-ubyte", new byte[0]);
        assertError(
                "train-labels-idx1-ubyte is cut short: its IDX header or its compressed data ends"
                        + " early",
                folder);
    }

    @Test
    void namesAFileThatIsTooLong() throws IOException {
        byte[] whole = original("train-labels-idx1-ubyte");
        replace("train-labels-idx1-ubyte", Arrays.copyOf(whole, whole.length + 1));
        assertError(
                "train-labels-idx1-ubyte is too long: expected 60000 elements, found more", folder);
    }

    @Test
    void namesAnotherFormat() throws IOException {
        replace(
                "t10k-images-idx3-ubyte",
                "<html>not found</html>".getBytes(StandardCharsets.US_ASCII));
        assertError(
                "t10k-images-idx3-ubyte is not the IDX file it should be: expected magic number"
                        + " 0x00000803, found 0x3c68746d",
                folder);
    }

    @Test
    void namesOtherDimensions() throws IOException {
        replace("t10k-images-idx3-ubyte", idx(3, 10_000, 32, 32));
        assertError(
                "t10k-images-idx3-ubyte has the wrong dimensions: expected [10000, 28, 28], found"
                        + " [10000, 32, 32]",
                folder);
    }

    @Test
    void namesAFileOfAnotherDataSetOfTheSameForm() throws IOException {
        byte[] images = original("t10k-images-idx3-ubyte");
        images[images.length - 1] = 42;
        replace("t10k-images-idx3-ubyte", images);
        assertError(
                "t10k-images-idx3-ubyte is of another data set of the same form: expected the"
                        + " SHA-256 %s… of its content, found %s…"
                                .formatted(
                                        requireNonNull(HASHES.get("t10k-images-idx3-ubyte"))
                                                .brief(),
                                        Fingerprint.of(images).brief()),
                folder);
    }

    /** What anybody loads is held to the published hashes. */
    @Test
    void madeUpFilesAreNotFashionMnist() {
        DataException refused =
                assertThrows(DataException.class, () -> FashionMnist.load(Optional.of(folder)));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .startsWith(
                                "train-images-idx3-ubyte is of another data set of the same form:"
                                        + " expected the SHA-256 c59f468a2f67…"),
                refused.getMessage());
    }

    @Test
    void looksInTheSystemFolderBeforeTheRepository() {
        Repository none = Repository.newInstance("none", folder.resolve("none").toUri().toString());
        DataSplit split = new FashionMnist(folder, none, HASHES).split(Optional.empty());
        assertTrue(split.source().contains(folder.toString()), split.source());
    }

    @Test
    void readsDjlsRepositoryWhenThereIsNoFolder() throws IOException {
        Path artifact = folder.resolve("repo/dataset/cv/ai/djl/basicdataset/fashmnist");
        Files.createDirectories(artifact.resolve("1.0"));
        Files.writeString(artifact.resolve("metadata.json"), METADATA);
        for (String name : NAMES) {
            Files.move(folder.resolve(name), artifact.resolve("1.0").resolve(name));
        }
        DataSplit split = splitOf(folder.resolve("repo"));
        assertEquals(55_000, split.train().size());
        assertEquals(7, split.test().label(17));
        assertTrue(split.source().contains("repository"), split.source());
    }

    /** Served as DJL's repository is, into a cache that is not the user's. */
    private DataSplit splitOf(Path served) throws IOException {
        HttpServer server =
                SimpleFileServer.createFileServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        served.toRealPath(),
                        SimpleFileServer.OutputLevel.NONE);
        server.start();
        System.setProperty("DJL_CACHE_DIR", folder.resolve("cache").toString());
        try {
            URI address =
                    URI.create("http://localhost:%d/".formatted(server.getAddress().getPort()));
            return new FashionMnist(
                            folder.resolve("missing"),
                            new RemoteRepository("served", address),
                            HASHES)
                    .split(Optional.empty());
        } finally {
            System.clearProperty("DJL_CACHE_DIR");
            server.stop(0);
        }
    }

    @Test
    void saysWhereItLookedWhenThereIsNoDataAnywhere() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Repository none = Repository.newInstance("none", empty.toUri().toString());
        DataException error =
                assertThrows(
                        DataException.class,
                        () -> new FashionMnist(missing, none, HASHES).split(Optional.empty()));
        String message = String.valueOf(error.getMessage());
        assertTrue(
                message.startsWith("Fashion-MNIST was not found: no folder " + missing), message);
        assertTrue(message.contains("dataset-fashion-mnist"), message);
    }

    private static FashionMnist made() {
        return new FashionMnist(
                Path.of("/nowhere"), Repository.newInstance("none", "file:///nowhere"), HASHES);
    }

    private static void assertError(String expected, Path folder) {
        DataException error =
                assertThrows(DataException.class, () -> made().split(Optional.of(folder)));
        assertEquals(expected, error.getMessage());
    }

    private static byte[] original(String name) throws IOException {
        return Files.readAllBytes(originals.resolve(name));
    }

    /** Unlinks the file first: writing into it would change it for every test. */
    private void replace(String name, byte[] content) throws IOException {
        Files.delete(folder.resolve(name));
        Files.write(folder.resolve(name), content);
    }

    private static void write(String name, byte[] content) throws IOException {
        Path file = originals.resolve(name);
        HASHES.put(name.replace(".gz", ""), Fingerprint.of(content));
        try (OutputStream out =
                file.toString().endsWith(".gz")
                        ? new GZIPOutputStream(Files.newOutputStream(file))
                        : Files.newOutputStream(file)) {
            out.write(content);
        }
    }

    /** Element i of a file holds i mod 10, so labels are in range. */
    private static byte[] idx(int rank, int... dimensions) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x800 | rank);
        int length = 1;
        for (int dimension : dimensions) {
            out.writeInt(dimension);
            length *= dimension;
        }
        byte[] elements = new byte[length];
        for (int i = 0; i < length; i++) {
            elements[i] = (byte) (i % 10);
        }
        out.write(elements);
        return bytes.toByteArray();
    }
}
