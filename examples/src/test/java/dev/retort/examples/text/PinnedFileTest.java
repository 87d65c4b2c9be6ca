package dev.retort.examples.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;

import dev.retort.distill.data.DataException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class PinnedFileTest {
    private static final byte[] CONTENT = "the content".getBytes(StandardCharsets.UTF_8);

    @TempDir Path parent;

    private final AtomicInteger requests = new AtomicInteger();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream progress = new PrintStream(said, true, StandardCharsets.UTF_8);
    private HttpServer server;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        folder = parent.resolve("retort");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/file",
                exchange -> {
                    requests.incrementAndGet();
                    exchange.sendResponseHeaders(200, CONTENT.length);
                    exchange.getResponseBody().write(CONTENT);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private PinnedFile file(String path, String hash) {
        return new PinnedFile(
                "file.bin",
                "the file",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path),
                CONTENT.length,
                hash);
    }

    private static String hash() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(CONTENT));
    }

    @Test
    void downloadsOnceAndSaysSo() throws Exception {
        PinnedFile file = file("/file", hash());
        assertArrayEquals(CONTENT, Files.readAllBytes(file.fetch(folder, progress)));
        assertEquals(folder.resolve("file.bin"), file.fetch(folder, progress));
        assertEquals(1, requests.get());
        assertTrue(
                said.toString(StandardCharsets.UTF_8)
                        .startsWith("Downloading the file, 11 B, once"),
                said::toString);
    }

    @Test
    void refusesOtherBytesAndKeepsNothing() throws Exception {
        DataException other =
                assertThrows(
                        DataException.class,
                        () -> file("/file", "0".repeat(128)).fetch(folder, progress));
        assertTrue(
                String.valueOf(other.getMessage())
                        .startsWith("expected the file with the SHA-512 000000000000…, found"),
                other.getMessage());
        assertEquals(List.of(), list());
        // Put there by hand, or cut short by a crash of something else.
        Files.writeString(folder.resolve("file.bin"), "another");
        assertThrows(DataException.class, () -> file("/file", hash()).fetch(folder, progress));
    }

    @Test
    void saysWhereToPutWhatCannotBeDownloaded() throws Exception {
        PinnedFile file = file("/missing", hash());
        DataException missing =
                assertThrows(DataException.class, () -> file.fetch(folder, progress));
        String message = String.valueOf(missing.getMessage());
        assertTrue(message.contains("status 404"), message);
        assertTrue(message.endsWith("put it at " + folder.resolve("file.bin")), message);
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
        assertFalse(Files.exists(folder));
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
