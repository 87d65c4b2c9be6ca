package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs of the launcher {@code retort} itself, in a folder whose path has blanks and a component
 * named target. Maven and the JDK are stubs; the other commands on its PATH are those of this
 * machine.
 */
abstract class LauncherRuns {
    private static final List<String> COMMANDS =
            List.of(
                    "cat",
                    "cut",
                    "dirname",
                    "find",
                    "flock",
                    "grep",
                    "mkdir",
                    "mv",
                    "readlink",
                    "rm",
                    "sed",
                    "sleep",
                    "stty",
                    "tail",
                    "touch",
                    "uname");

    /** Notes each call, waits while the gate is closed, and leaves one library. */
    private static final String MAVEN =
            """
            #!/bin/sh
            echo "JAVA_HOME=${JAVA_HOME:-} JAVA25_HOME=$JAVA25_HOME" >>"$STUB/calls"
            while [ -e "$STUB/closed" ]; do sleep 0.02; done
            if [ -e "$STUB/broken" ]; then echo "[ERROR] cannot find symbol"; exit 1; fi
            mkdir -p examples/target/lib
            touch examples/target/lib/new.jar
            """;

    /** Prints its arguments, one a line. */
    private static final String JAVA =
            """
            #!/bin/sh
            printf '%s\\n' "$@"
            exit "${STUB_EXIT:-0}"
            """;

    @TempDir Path temporary;

    final Map<String, String> environment = new HashMap<>();
    private final List<Process> started = new ArrayList<>();
    Path root = Path.of("");
    Path stub = Path.of("");
    Path commands = Path.of("");
    Path source = Path.of("");

    /** What a launcher left behind. */
    record Ended(int exit, List<String> output, List<String> errors) {}

    /** A launcher on its way. */
    record Running(Process process, Path output, Path errors) {
        Ended end() throws IOException, InterruptedException {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher hangs");
            return new Ended(
                    process.exitValue(), Files.readAllLines(output), Files.readAllLines(errors));
        }
    }

    @BeforeEach
    void layOut() throws IOException {
        stub = Files.createDirectories(temporary.resolve("the stubs"));
        commands = Files.createDirectories(temporary.resolve("the commands"));
        root = Files.createDirectories(temporary.resolve("a target/src/main/my target/target"));
        for (String command : COMMANDS) {
            Files.createSymbolicLink(commands.resolve(command), onPath(command));
        }
        script(commands.resolve("mvn"), MAVEN);
        Path launcher = Path.of(System.getProperty("basedir", "."), "..", "retort");
        Files.copy(launcher, root.resolve("retort"), StandardCopyOption.COPY_ATTRIBUTES);
        Path sources = Files.createDirectories(root.resolve("distill/src/main/java"));
        source = Files.writeString(sources.resolve("A.java"), "class A {}");
        Path examples = Files.createDirectories(root.resolve("examples"));
        Path pom = Files.writeString(examples.resolve("pom.xml"), "<project/>");
        for (Path file : List.of(source, pom)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
        }
        environment.put("PATH", commands.toString());
        environment.put("HOME", temporary.resolve("a home").toString());
        environment.put("RETORT_JVM_DIRS", temporary.resolve("the jvms").toString());
        environment.put("STUB", stub.toString());
        jdk("the jvms/jdk 25", "25.0.1");
    }

    /** A stub of Maven that is still waiting must not outlive its test. */
    @AfterEach
    void stop() throws IOException {
        Files.deleteIfExists(stub.resolve("closed"));
        started.forEach(Process::destroyForcibly);
        // JUnit warns of each link that leads out of its folder.
        for (String command : COMMANDS) {
            Files.deleteIfExists(commands.resolve(command));
        }
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("retort").toString()));
        command.addAll(Arrays.asList(arguments));
        return start(command.toArray(String[]::new)).end();
    }

    Running start() throws IOException {
        return start(root.resolve("retort").toString());
    }

    Running start(String... command) throws IOException {
        Path output = Files.createTempFile(stub, "launcher", ".output");
        Path errors = Files.createTempFile(stub, "launcher", ".errors");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(temporary.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return new Running(process, output, errors);
    }

    Path jdk(String place, String version) throws IOException {
        Path jdk = temporary.resolve(place);
        Path bin = Files.createDirectories(jdk.resolve("bin"));
        script(bin.resolve("java"), JAVA);
        script(bin.resolve("javac"), JAVA);
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path onPath(String command) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(command + " is not on the PATH"));
    }

    static void edit(Path file) throws IOException {
        Files.writeString(file, "edited");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    void close() throws IOException {
        Files.writeString(stub.resolve("closed"), "");
    }

    void open() throws IOException {
        Files.delete(stub.resolve("closed"));
    }

    List<String> calls() throws IOException {
        Path calls = stub.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    void awaitCalls(int lines) throws IOException, InterruptedException {
        await(stub.resolve("calls"), lines);
    }

    static void await(Path file, int lines) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
            assertTrue(System.nanoTime() < deadline, file + " stays short");
            Thread.sleep(10);
        }
    }
}
