package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the launcher hands to Java, and back. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LauncherTest extends LauncherRuns {
    @Test
    void worksThroughSymbolicLinks() throws Exception {
        Path links = Files.createDirectories(temporary.resolve("some links"));
        Files.createSymbolicLink(links.resolve("first"), root.resolve("retort"));
        Files.createSymbolicLink(links.resolve("second"), Path.of("first"));
        Ended ended = start(links.resolve("second").toString()).end();
        assertEquals(0, ended.exit(), ended.toString());
        assertTrue(Files.exists(root.resolve("examples/target/retort-built")));
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
}
