package dev.retort.experiment.store;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A PostgreSQL server of the machine, for a test: in a folder of its own, on a free port. */
final class PostgresServer {
    private static final String HELPER = "nobody";

    private final Path binaries;
    private final Path folder;
    private final int port;

    private PostgresServer(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server; the test is left out where there is none. */
    static PostgresServer start() throws IOException, InterruptedException {
        Optional<Path> binaries = binaries();
        Assumptions.assumeTrue(binaries.isPresent(), "PostgreSQL is not installed");
        Path folder = Files.createTempDirectory("retort-pg");
        if (isRoot()) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/sbin/runuser")),
                    "PostgreSQL does not run as root, and there is no runuser");
            Assumptions.assumeTrue(
                    exec(List.of("chown", HELPER, folder.toString())) == 0,
                    "PostgreSQL does not run as root, and there is no user " + HELPER);
        }
        PostgresServer server = new PostgresServer(binaries.get(), folder, freePort());
        server.must("initdb", "-D", server.data(), "-U", "retort", "-A", "trust", "--no-locale");
        server.up();
        return server;
    }

    void up() throws IOException, InterruptedException {
        must(
                "pg_ctl",
                "-D",
                data(),
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1",
                "start");
    }

    /** Ends the server as a kill does: what was acknowledged has to be in its log. */
    void crash() throws IOException, InterruptedException {
        must("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=retort";
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** Ends it and deletes its files. */
    void close() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private void must(String program, String... arguments)
            throws IOException, InterruptedException {
        int exitCode = run(program, arguments);
        Path log = folder.resolve("log");
        // One that is installed and does not come up again is a failure.
        Assertions.assertEquals(
                0,
                exitCode,
                () ->
                        program
                                + " ended with exit code "
                                + exitCode
                                + (Files.exists(log) ? ", see " + log : ""));
    }

    private int run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("/usr/sbin/runuser", "-u", HELPER, "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(Arrays.asList(arguments));
        return exec(command);
    }

    private static int exec(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static boolean isRoot() throws IOException {
        return Files.isDirectory(Path.of("/proc/self"))
                && (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private static Optional<Path> binaries() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(versions)) {
            return found.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Path::compareTo);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
