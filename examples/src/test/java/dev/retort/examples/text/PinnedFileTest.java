package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class PinnedFileTest {
    private static final String CONTENT = "the content";
    private static final Fingerprint HASH =
            Fingerprint.of(CONTENT.getBytes(StandardCharsets.UTF_8));

    @TempDir Path parent;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream progress = new PrintStream(said, true, StandardCharsets.UTF_8);

    private Path folder() {
        return parent.resolve("retort");
    }

    /** A client that is a script, and counts in a file how often it was started. */
    private PinnedFile file(String script, Fingerprint hash) {
        String counted = "echo >> " + parent.resolve("started") + "; " + script;
        PackageClient client = new PackageClient("group:file:1", List.of("sh", "-c", counted));
        return new PinnedFile("file.bin", "the file", client, CONTENT.length(), hash);
    }

    private String refusal(PinnedFile file) {
        DataException refused =
                assertThrows(DataException.class, () -> file.fetch(folder(), progress));
        return String.valueOf(refused.getMessage());
    }

    private long starts() throws IOException {
        return Files.readAllLines(parent.resolve("started")).size();
    }

    @Test
    void downloadsOnceAndSaysSo() throws IOException {
        PinnedFile file = file("printf '" + CONTENT + "' > file-1.bin", HASH);
        assertEquals(CONTENT, Files.readString(file.fetch(folder(), progress)));
        assertEquals(folder().resolve("file.bin"), file.fetch(folder(), progress));
        assertEquals(1, starts());
        assertEquals(
                "Downloading the file, 11 B, once: group:file:1 by sh\n",
                said.toString(StandardCharsets.UTF_8));
        assertEquals(List.of(folder().resolve("file.bin")), list());
    }

    @Test
    void refusesOtherBytesAndKeepsNothing() throws IOException {
        String other = refusal(file("echo other > file-1.bin", HASH));
        assertTrue(
                other.startsWith(
                        "expected the file with the SHA-256 " + HASH.brief() + "…, found "),
                other);
        assertEquals(List.of(), list());
        // Put there by hand, or cut short by a crash of something else.
        Files.writeString(folder().resolve("file.bin"), "another");
        assertTrue(refusal(file("exit 0", HASH)).contains("delete it if it is there"));
        assertEquals(1, starts());
    }

    @Test
    void saysWhereToPutWhatCannotBeDownloaded() throws IOException {
        String missing = refusal(file("echo no such package >&2; exit 3", HASH));
        assertEquals(
                "the file cannot be downloaded: sh ends with status 3: no such package; get"
                        + " group:file:1 by other means and put it at "
                        + folder().resolve("file.bin"),
                missing);
        assertTrue(refusal(file("exit 0", HASH)).contains("expected one file of it, found 0"));
        PinnedFile without =
                new PinnedFile(
                        "file.bin",
                        "the file",
                        new PackageClient("group:file:1", List.of("no-such-client")),
                        1,
                        HASH);
        assertTrue(refusal(without).contains("no-such-client cannot be started: "));
        assertEquals(List.of(), list());
    }

    @Test
    void keepsDownloadsWhereTheEnvironmentSays() {
        assertEquals(
                Path.of("/somewhere/retort"),
                PinnedFile.folder(Map.of("XDG_CACHE_HOME", "/somewhere")));
        Path home = Path.of(System.getProperty("user.home"), ".cache", "retort");
        assertEquals(home, PinnedFile.folder(Map.of()));
        assertEquals(home, PinnedFile.folder(Map.of("XDG_CACHE_HOME", "relative")));
        assertFalse(Files.exists(folder()));
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(folder())) {
            return files.toList();
        }
    }
}
