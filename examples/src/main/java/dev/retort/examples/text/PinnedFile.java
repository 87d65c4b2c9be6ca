package dev.retort.examples.text;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.data.DataException;
import dev.retort.efficiency.report.Numbers;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/**
 * A file on the network of which every byte is known beforehand, by its hash. It is downloaded once
 * into a folder of the user's, where it can also be put by hand.
 *
 * @param name what it is called in the folder
 * @param what what it is, for messages
 * @param source where it is downloaded from
 * @param bytes its length
 * @param sha512 its SHA-512, 128 lower-case hexadecimal digits
 */
record PinnedFile(String name, String what, URI source, long bytes, String sha512) {
    private static final Duration CONNECTING = Duration.ofSeconds(30);
    private static final int BUFFER = 1 << 16;
    private static final int OK = 200;
    private static final long SHOWN_NANOS = 1_000_000_000L;

    /** Checks the components. */
    PinnedFile {
        requireNonNull(name, "name is null");
        requireNonNull(what, "what is null");
        requireNonNull(source, "source is null");
        requireNonNull(sha512, "sha512 is null");
    }

    /**
     * The folder that downloads are kept in: {@code retort} in {@code $XDG_CACHE_HOME}, or in
     * {@code ~/.cache} where that is not set.
     *
     * @param environment the environment of the process
     * @return the folder, which may not exist
     */
    static Path folder(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base =
                Path.of(cache).isAbsolute()
                        ? Path.of(cache)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("retort");
    }

    /**
     * The file, downloaded if it is not there.
     *
     * @param folder the folder of downloads; made if it is missing
     * @param progress is told what is downloaded, and how far it got
     * @return the file, its hash compared
     * @throws DataException if it cannot be downloaded, or is another file than it should be
     * @throws IOException if the folder cannot be written to
     */
    Path fetch(Path folder, PrintStream progress) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                requireHash(copy(in, OutputStream.nullOutputStream(), null), file);
            }
            return file;
        }
        Files.createDirectories(folder);
        Path staging = Files.createTempFile(folder, "." + name, ".part");
        try {
            progress.printf("Downloading %s, %s, once: %s%n", what, Numbers.bytes(bytes), source);
            requireHash(download(staging, file, progress), file);
            return Files.move(staging, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(staging);
        }
    }

    /** Returns the hash of what was downloaded. */
    private String download(Path staging, Path file, PrintStream progress) {
        try (HttpClient client =
                        HttpClient.newBuilder()
                                .connectTimeout(CONNECTING)
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build();
                InputStream in = body(client);
                OutputStream out = Files.newOutputStream(staging)) {
            return copy(in, out, progress);
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()), file, e);
        }
    }

    private InputStream body(HttpClient client) throws IOException {
        try {
            HttpResponse<InputStream> response =
                    client.send(
                            HttpRequest.newBuilder(source).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != OK) {
                response.body().close();
                throw new IOException("the server answers with status " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the download was interrupted", e);
        }
    }

    private DataException unavailable(String reason, Path file, Throwable cause) {
        return new DataException(
                "%s cannot be downloaded: %s; get it from %s by other means and put it at %s"
                        .formatted(what, reason, source, file),
                cause);
    }

    /** Copies, and returns the hash of what was copied. */
    private String copy(InputStream in, OutputStream out, @Nullable PrintStream shown)
            throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-512", e);
        }
        DigestInputStream hashed = new DigestInputStream(in, digest);
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        long last = System.nanoTime();
        for (int n = hashed.read(buffer); n >= 0; n = hashed.read(buffer)) {
            out.write(buffer, 0, n);
            copied += n;
            if (shown != null && System.nanoTime() - last > SHOWN_NANOS) {
                last = System.nanoTime();
                shown.printf("  %s of %s%n", Numbers.bytes(copied), Numbers.bytes(bytes));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void requireHash(String found, Path file) {
        if (!found.equals(sha512)) {
            throw new DataException(
                    "expected %s with the SHA-512 %s, found %s in %s: delete it if it is there"
                            .formatted(what, brief(sha512), brief(found), file));
        }
    }

    private static String brief(String hash) {
        return hash.substring(0, 12) + "…";
    }
}
