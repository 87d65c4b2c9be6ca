package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
 * The launcher {@code retort} itself, in a folder whose path has blanks and a component named
 * target. Maven and the JDK are stubs; the other commands on its PATH are those of this machine.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LauncherTest {
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

    @TempDir private Path temporary;

    private final Map<String, String> environment = new HashMap<>();
    private final List<Process> started = new ArrayList<>();
    private Path root = Path.of("");
    private Path stub = Path.of("");
    private Path commands = Path.of("");
    private Path source = Path.of("");

    /** What a launcher left behind. */
    private record Ended(int exit, List<String> output, List<String> errors) {}

    /** A launcher on its way. */
    private record Running(Process process, Path output, Path errors) {
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

    @Test
    void withoutAJdk25NothingIsBuilt() throws Exception {
        environment.put("RETORT_JVM_DIRS", temporary.resolve("no jvms").toString());
        environment.put("JAVA_HOME", jdk("elsewhere/jdk 17", "17.0.15").toString());
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertEquals(List.of(), ended.output());
        assertEquals(1, ended.errors().size(), ended.toString());
        assertTrue(
                ended.errors().getFirst().startsWith("retort: a JDK 25 is needed"),
                ended.toString());
        assertEquals(List.of(), calls());
    }

    @Test
    void anOlderJavaHomeIsPassedOver() throws Exception {
        String old = jdk("the jvms/jdk 17", "17.0.15").toString();
        environment.put("JAVA_HOME", old);
        assertEquals(0, run().exit());
        assertEquals(
                List.of(
                        "JAVA_HOME="
                                + old
                                + " JAVA25_HOME="
                                + temporary.resolve("the jvms/jdk 25")),
                calls());
    }

    @Test
    void jdksAreFoundWhereTheyAreInstalled() throws Exception {
        environment.put("RETORT_JVM_DIRS", temporary.resolve("no jvms").toString());
        for (String place : List.of("a home/.jdks/x", "a home/.sdkman/candidates/java/y")) {
            Path jdk = jdk(place, "25");
            assertEquals(0, run().exit(), place);
            Files.delete(jdk.resolve("release"));
        }
        environment.put(
                "RETORT_JVM_DIRS",
                temporary.resolve("no jvms") + ":" + temporary.resolve("the jvms"));
        assertEquals(0, run().exit());
        environment.put("JAVA_HOME", jdk("elsewhere/jdk 250", "250").toString());
        environment.put("RETORT_JVM_DIRS", temporary.resolve("no jvms").toString());
        assertEquals(1, run().exit());
    }

    /** Without any java Maven would not start. */
    @Test
    void mavenGetsTheJdkWhenThereIsNoOtherJava() throws Exception {
        environment.remove("HOME");
        environment.put("CDPATH", temporary.toString());
        assertEquals(0, run().exit());
        Path jdk = temporary.resolve("the jvms/jdk 25");
        assertEquals(List.of("JAVA_HOME=" + jdk + " JAVA25_HOME=" + jdk), calls());
    }

    @Test
    void anotherPlatformIsRefused() throws Exception {
        Files.delete(commands.resolve("uname"));
        script(commands.resolve("uname"), "#!/bin/sh\necho Darwin arm64\n");
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertEquals(
                List.of(
                        "retort: Retort ships libtorch for Linux x86-64 only so far;"
                                + " found Darwin arm64"),
                ended.errors());
        assertEquals(List.of(), calls());
    }

    @Test
    void buildsOnce() throws Exception {
        assertEquals(0, run().exit());
        assertEquals(1, calls().size());
        Ended second = run();
        assertEquals(new Ended(0, second.output(), List.of()), second);
        assertEquals(1, calls().size());
    }

    @Test
    void aNewerSourceIsBuilt() throws Exception {
        run();
        for (Path file :
                List.of(
                        source,
                        root.resolve("examples/pom.xml"),
                        Files.createDirectories(root.resolve(".mvn")).resolve("maven.config"))) {
            int before = calls().size();
            edit(file);
            assertEquals(0, run().exit());
            assertEquals(before + 1, calls().size(), file.toString());
        }
    }

    @Test
    void aNewerTestIsNotBuilt() throws Exception {
        run();
        edit(Files.createDirectories(root.resolve("distill/src/test/java")).resolve("T.java"));
        edit(Files.createDirectories(root.resolve("distill/target")).resolve("pom.xml"));
        run();
        assertEquals(1, calls().size());
    }

    @Test
    void anEditDuringTheBuildIsBuiltNext() throws Exception {
        close();
        Running building = start();
        awaitCalls(1);
        edit(source);
        // A file gets the time of the kernel's last tick, up to 10 ms ago: the build ends after it.
        Thread.sleep(50);
        open();
        assertEquals(0, building.end().exit());
        assertEquals(0, run().exit());
        assertEquals(2, calls().size());
    }

    @Test
    void jarsOfAnEarlierBuildAreRemoved() throws Exception {
        Path lib = Files.createDirectories(root.resolve("examples/target/lib"));
        Path old = Files.writeString(lib.resolve("old.jar"), "");
        Path module = Files.writeString(lib.resolveSibling("retort-examples-0.0.jar"), "");
        run();
        assertTrue(Files.exists(lib.resolve("new.jar")));
        assertFalse(Files.exists(old));
        assertFalse(Files.exists(module));
    }

    @Test
    void aFailedBuildIsRepeated() throws Exception {
        run();
        edit(source);
        Path broken = Files.writeString(stub.resolve("broken"), "");
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertEquals(List.of(), ended.output());
        Path log = root.resolve("target/retort-build.log");
        assertEquals(
                List.of(
                        "[ERROR] cannot find symbol",
                        "retort: the build failed; its log is " + log),
                ended.errors().subList(1, ended.errors().size()));
        assertTrue(Files.exists(log));
        Files.delete(broken);
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(3600)));
        assertEquals(0, run().exit());
        assertEquals(3, calls().size());
    }

    @Test
    void withoutMavenOneSentenceSaysSo() throws Exception {
        Files.delete(commands.resolve("mvn"));
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertEquals(
                List.of(
                        "retort: Maven 3.8.7 or newer is needed to build and mvn is not on the"
                                + " PATH"),
                ended.errors());
    }

    @Test
    void worksThroughSymbolicLinks() throws Exception {
        Path links = Files.createDirectories(temporary.resolve("some links"));
        Files.createSymbolicLink(links.resolve("first"), root.resolve("retort"));
        Files.createSymbolicLink(links.resolve("second"), Path.of("first"));
        Ended ended = start(links.resolve("second").toString()).end();
        assertEquals(0, ended.exit(), ended.toString());
        assertTrue(Files.exists(root.resolve("examples/target/retort-built")));
    }

    @Test
    void theLockOfADeadProcessDoesNotCount() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path folder = Files.createDirectories(root.resolve("target"));
        Files.writeString(folder.resolve("retort-build.lock"), dead.pid() + "\n");
        Ended ended = run();
        assertEquals(0, ended.exit());
        assertEquals(1, ended.errors().size(), ended.toString());
        assertEquals(1, calls().size());
    }

    @Test
    void launchersAtOnceBuildOnce() throws Exception {
        close();
        Running first = start();
        awaitCalls(1);
        List<Running> waiting = List.of(start(), start());
        String line = "retort: waiting for the build of process " + first.process().pid();
        for (Running other : waiting) {
            await(other.errors(), 1);
        }
        open();
        assertEquals(0, first.end().exit());
        for (Running other : waiting) {
            Ended ended = other.end();
            assertEquals(0, ended.exit());
            assertEquals(List.of(line), ended.errors());
        }
        assertEquals(1, calls().size());
    }

    @Test
    void aTerminatedLauncherStopsItsBuildAndBlocksNoOther() throws Exception {
        close();
        Running first = start();
        awaitCalls(1);
        first.process().destroy();
        Ended ended = first.end();
        assertEquals(143, ended.exit(), ended.toString());
        // The gate opens only for the second build: it starts although the first never ended.
        Running second = start();
        awaitCalls(2);
        open();
        assertEquals(0, second.end().exit());
        assertEquals(2, calls().size());
    }

    @Test
    void aKilledLauncherBlocksNoOther() throws Exception {
        close();
        Running first = start();
        awaitCalls(1);
        first.process().destroyForcibly();
        first.end();
        open();
        assertEquals(0, run().exit());
        assertEquals(2, calls().size());
    }

    /** It compares with engines that must not be on the class path of anything else. */
    @Test
    void benchAndSelftestHaveAClassPathOfTheirOwn() throws Exception {
        for (String command : List.of("bench", "selftest")) {
            Ended ended = run(command, "--help");
            assertEquals(0, ended.exit());
            Path target = root.resolve("bench/target");
            assertEquals(
                    List.of(
                            "-cp",
                            target + "/*:" + target + "/lib/*",
                            "dev.retort.bench.portable.PortableRetort",
                            command,
                            "--help"),
                    ended.output().subList(1, 6));
        }
        assertEquals(1, calls().size());
    }

    @Test
    void argumentsReachJavaUnchanged() throws Exception {
        environment.put("RETORT_JAVA_OPTS", "-Xmx1g  -Dpattern=/*");
        Ended ended = run("distill", "two words", "*", "", "-x='y'", "$HOME");
        Path target = root.resolve("examples/target");
        assertEquals(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx1g",
                        "-Dpattern=/*",
                        "-cp",
                        target + "/*:" + target + "/lib/*",
                        "dev.retort.examples.Retort",
                        "distill",
                        "two words",
                        "*",
                        "",
                        "-x='y'",
                        "$HOME"),
                ended.output());
    }

    /** After those of Retort, so that nothing in them takes the place of its classes. */
    @Test
    void classesOfOnesOwnFollowThoseOfRetort() throws Exception {
        Path target = root.resolve("examples/target");
        String own = target + "/*:" + target + "/lib/*";
        environment.put("RETORT_CLASS_PATH", "my tasks:more/*");
        assertEquals(own + ":my tasks:more/*", run().output().get(2));
        environment.put("RETORT_CLASS_PATH", "");
        assertEquals(own, run().output().get(2));
    }

    @Test
    void optionsAreNoPatterns() throws Exception {
        environment.put("RETORT_JAVA_OPTS", "/*");
        assertEquals("/*", run().output().get(1));
    }

    @Test
    void theExitCodeOfJavaIsPassedOn() throws Exception {
        environment.put("STUB_EXIT", "7");
        assertEquals(7, run().exit());
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("retort").toString()));
        command.addAll(Arrays.asList(arguments));
        return start(command.toArray(String[]::new)).end();
    }

    private Running start() throws IOException {
        return start(root.resolve("retort").toString());
    }

    private Running start(String... command) throws IOException {
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

    private Path jdk(String place, String version) throws IOException {
        Path jdk = temporary.resolve(place);
        Path bin = Files.createDirectories(jdk.resolve("bin"));
        script(bin.resolve("java"), JAVA);
        script(bin.resolve("javac"), JAVA);
        Files.writeString(
                jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private static void script(Path file, String text) throws IOException {
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

    private static void edit(Path file) throws IOException {
        Files.writeString(file, "edited");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    private void close() throws IOException {
        Files.writeString(stub.resolve("closed"), "");
    }

    private void open() throws IOException {
        Files.delete(stub.resolve("closed"));
    }

    private List<String> calls() throws IOException {
        Path calls = stub.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private void awaitCalls(int lines) throws IOException, InterruptedException {
        await(stub.resolve("calls"), lines);
    }

    private static void await(Path file, int lines) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
            assertTrue(System.nanoTime() < deadline, file + " stays short");
            Thread.sleep(10);
        }
    }
}
