package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the launcher needs of a machine, and where it looks for it. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LauncherSearchTest extends LauncherRuns {
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
    void withoutMavenOneSentenceSaysSo() throws Exception {
        Files.delete(commands.resolve("mvn"));
        assertRefused("retort: Maven 3.8.7 or newer is needed to build and mvn is not on the PATH");
    }

    @Test
    void anotherPlatformIsRefused() throws Exception {
        Files.delete(commands.resolve("uname"));
        script(commands.resolve("uname"), "#!/bin/sh\necho Darwin arm64\n");
        assertRefused(
                "retort: Retort ships libtorch for Linux x86-64 only so far; found Darwin arm64");
        assertEquals(List.of(), calls());
    }

    private void assertRefused(String sentence) throws Exception {
        Ended ended = run();
        assertEquals(1, ended.exit());
        assertEquals(List.of(sentence), ended.errors());
    }
}
