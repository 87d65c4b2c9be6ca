package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/** When the launcher builds, and what others that start meanwhile see of it. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LauncherBuildTest extends LauncherRuns {
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
                        Files.createDirectories(root.resolve("bench/peers")).resolve("peer.py"),
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
}
