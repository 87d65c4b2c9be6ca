package dev.retort.examples.text;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.data.DataException;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.efficiency.report.Numbers;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A published file of which every byte is known beforehand, by its hash. It is fetched once into a
 * folder of the user's, where it can also be put by hand.
 *
 * @param name what it is called in the folder
 * @param what what it is, for messages
 * @param client fetches the package that it is
 * @param bytes its length
 * @param sha256 its SHA-256
 */
record PinnedFile(String name, String what, PackageClient client, long bytes, Fingerprint sha256) {
    private static final int SHOWN_SECONDS = 5;

    /** Checks the components. */
    PinnedFile {
        requireNonNull(name, "name is null");
        requireNonNull(what, "what is null");
        requireNonNull(client, "client is null");
        requireNonNull(sha256, "sha256 is null");
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
     * The file, fetched if it is not there.
     *
     * @param folder the folder of downloads; made if it is missing
     * @param progress is told what is downloaded, and for how long
     * @return the file, its hash compared
     * @throws DataException if it cannot be downloaded, or is another file than it should be
     * @throws IOException if the folder cannot be written to
     */
    Path fetch(Path folder, PrintStream progress) throws IOException {
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            requireHash(what, sha256, file);
            return file;
        }
        Files.createDirectories(folder);
        Path staging = Files.createTempDirectory(folder, "." + name);
        try {
            progress.printf(
                    "Downloading %s, %s, once: %s by %s%n",
                    what, Numbers.bytes(bytes), client.name(), client.command().getFirst());
            Path fetched = download(staging, file, progress);
            requireHash(what, sha256, fetched);
            return Files.move(fetched, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            remove(staging);
        }
    }

    /** Runs the client in an empty folder, and returns the one file that it leaves. */
    private Path download(Path staging, Path file, PrintStream progress) throws IOException {
        Path output = Files.createTempFile("retort", ".log");
        try {
            String trouble = run(client.in(staging, output), output, progress);
            List<Path> left = list(staging);
            if (trouble.isEmpty() && left.size() != 1) {
                trouble = "expected one file of it, found " + left.size();
            }
            if (!trouble.isEmpty()) {
                throw new DataException(
                        "%s cannot be downloaded: %s; get %s by other means and put it at %s"
                                .formatted(what, trouble, client.name(), file));
            }
            return left.getFirst();
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Returns what went wrong, or nothing. */
    private static String run(ProcessBuilder command, Path output, PrintStream progress)
            throws IOException {
        String program = command.command().getFirst();
        Process process;
        try {
            process = command.start();
        } catch (IOException e) {
            return program + " cannot be started: " + e.getMessage();
        }
        try {
            for (int s = SHOWN_SECONDS;
                    !process.waitFor(SHOWN_SECONDS, TimeUnit.SECONDS);
                    s += SHOWN_SECONDS) {
                progress.printf("  %d s%n", s);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the download was interrupted";
        } finally {
            process.destroy();
        }
        return process.exitValue() == 0
                ? ""
                : "%s ends with status %d: %s"
                        .formatted(program, process.exitValue(), firstLine(output));
    }

    private static String firstLine(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("it says nothing");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void remove(Path staging) throws IOException {
        for (Path left : list(staging)) {
            Files.delete(left);
        }
        Files.delete(staging);
    }

    /** Refuses a file that is not the one that is meant. */
    static void requireHash(String what, Fingerprint sha256, Path file) throws IOException {
        Fingerprint found = Fingerprint.of(file);
        if (!found.equals(sha256)) {
            throw new DataException(
                    "expected %s with the SHA-256 %s…, found %s… in %s: delete it if it is there"
                            .formatted(what, sha256.brief(), found.brief(), file));
        }
    }
}
