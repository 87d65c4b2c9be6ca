package dev.retort.distill.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Caches that were cut short: by SIGKILL, by a crash between two writes, by a full disk. */
class CacheRecoveryTest {
    private static final int SAMPLES = 20_000;
    private static final int CHUNK = 512;

    @TempDir Path folder;

    private final CacheFixture fixture = new CacheFixture(SAMPLES);
    private final FormulaTeacher teacher = new FormulaTeacher("t");

    @AfterEach
    void close() {
        fixture.close();
    }

    /** The process that is killed: says which chunk it begins, and stops at one if it is to. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws Exception {
            long stop = Long.parseLong(arguments[1]) * CHUNK;
            try (CacheFixture fixture = new CacheFixture(SAMPLES)) {
                FormulaTeacher teacher = new FormulaTeacher("t");
                SampleReader reader =
                        (positions, view, owner) -> {
                            if (positions.length == CHUNK || positions[0] > 0) {
                                System.out.println(positions[0] / CHUNK);
                                if (positions[0] == stop) {
                                    await();
                                }
                            }
                            return fixture.reader.read(positions, view, owner);
                        };
                // A chunk at once, so that a request says which it begins.
                new CacheFolder(Path.of(arguments[0]), CacheEncoding.fp32(), CHUNK)
                        .open(
                                fixture.key(teacher, CacheEncoding.fp32()),
                                teacher,
                                reader,
                                fixture.manager)
                        .close();
            }
        }

        private static void await() {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, 39})
    @Tag("slow")
    void aKilledProcessCostsTheChunkItWasAt(int chunk) throws Exception {
        assertEquals(chunk, killAt(chunk, true));
        assertTheRestIsAsked(SAMPLES - chunk * CHUNK, SAMPLES - chunk * CHUNK);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 11, 29})
    @Tag("slow")
    void aProcessThatIsKilledWhileItWritesLosesNothingThatItWrote(int chunk) throws Exception {
        killAt(chunk, false);
        // It may have come further before the signal reached it.
        assertTheRestIsAsked(0, SAMPLES - chunk * CHUNK);
    }

    private void assertTheRestIsAsked(long least, long most) throws IOException {
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            long asked = opened.cache().rowsAsked();
            assertTrue(asked >= least && asked <= most, asked + " outputs");
            assertArrayEquals(fixture.expected(), all(opened.cache()));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count(), "the outputs and the lock");
        }
    }

    /** Kills a process when it says that it begins a chunk. */
    private int killAt(int chunk, boolean stop) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Dai.djl.default_engine=PyTorch");
        command.add("-Dai.djl.pytorch.num_threads=1");
        command.add("-DOPT_OUT_TRACKING=true");
        command.add("-cp");
        command.add(
                System.getProperty("java.class.path")
                        + File.pathSeparator
                        + new File("target/test-classes").getAbsolutePath());
        command.add(Victim.class.getName());
        command.add(folder.toString());
        command.add(Integer.toString(stop ? chunk : -1));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int said = -1;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            while (said < chunk) {
                String line = reader.readLine();
                assertTrue(line != null, "the process ended before it was killed");
                said = Integer.parseInt(line);
            }
            process.destroyForcibly();
        }
        int code = process.waitFor();
        assertTrue(code == 128 + 9 || (!stop && code == 0), "exit code " + code);
        return said;
    }

    @Test
    void whatACrashTearsIsAskedAgain() throws IOException {
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        CacheLayout layout = CacheLayout.of(key);
        Path file;
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            file = opened.cache().path();
        }
        // As if power had failed before the last flush: the marks were written, some rows were not.
        overwrite(file, CacheLayout.STATE_OFFSET, new byte[4]);
        overwrite(file, layout.chunkOffset(3) + 100, new byte[4096]);
        overwrite(file, layout.entryOffset(20), new byte[8]);
        overwrite(file, layout.entryOffset(30) + 4, new byte[] {1, 2});
        assertEquals(
                "expected a complete cache of teacher outputs, found one that was cut short: "
                        + file,
                assertThrows(CacheException.class, () -> TeacherCache.open(file, key))
                        .getMessage());
        assertTheRestIsAsked(3 * CHUNK, 3 * CHUNK);
        assertTheRestIsAsked(0, 0);
    }

    @Test
    void aTeacherThatFailsInTheMiddleCostsTheRest() throws IOException {
        SampleReader failing =
                (positions, view, owner) -> {
                    if (positions[0] == 10 * CHUNK) {
                        throw new IllegalStateException("no more");
                    }
                    return fixture.reader.read(positions, view, owner);
                };
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        assertThrows(
                IllegalStateException.class,
                () -> caches.open(key, teacher, failing, fixture.manager));
        assertTheRestIsAsked(SAMPLES - 10 * CHUNK, SAMPLES - 10 * CHUNK);
    }

    @Test
    void oneThreadFillsAFileAtATime() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SampleReader slow =
                (positions, view, owner) -> {
                    began.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return fixture.reader.read(positions, view, owner);
                };
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        CacheFolder caches = new CacheFolder(folder, CacheEncoding.fp32());
        List<Throwable> failures = new ArrayList<>();
        Thread first =
                new Thread(
                        () -> {
                            try {
                                caches.open(key, teacher, slow, fixture.manager).close();
                            } catch (Throwable e) {
                                failures.add(e);
                            }
                        });
        first.start();
        began.await();
        try {
            assertEquals(
                    "expected %s to be free, found it being filled by this process"
                            .formatted(folder.resolve(key.fileName())),
                    assertThrows(
                                    CacheException.class,
                                    () ->
                                            caches.open(
                                                    key, teacher, fixture.reader, fixture.manager))
                            .getMessage());
            // Neither that nor another file that is filled meanwhile lets other processes in.
            fixture.open(folder, new FormulaTeacher("u"), CacheEncoding.fp16()).close();
            assertEquals("locked", LockProbe.ask(folder.resolve("." + key.fileName() + ".lock")));
        } finally {
            goOn.countDown();
            first.join();
        }
        assertEquals(List.of(), failures);
        try (CacheFolder.Opened opened = fixture.open(folder, teacher, CacheEncoding.fp32())) {
            assertEquals(0, opened.cache().rowsAsked());
        }
        assertEquals("free", LockProbe.ask(folder.resolve("." + key.fileName() + ".lock")));
    }

    /** Another process that tries a lock. */
    static final class LockProbe {
        private LockProbe() {}

        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel =
                            FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                System.out.println(lock == null ? "locked" : "free");
            }
        }

        static String ask(Path file) throws IOException, InterruptedException {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path")
                                            + File.pathSeparator
                                            + new File("target/test-classes").getAbsolutePath(),
                                    LockProbe.class.getName(),
                                    file.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String said;
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                said = reader.readLine();
            }
            assertEquals(0, process.waitFor());
            return said;
        }
    }

    @Test
    void whatAKillLeftOfANewFileIsWrittenOver() throws IOException {
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        Files.writeString(folder.resolve("." + key.fileName() + ".new"), "x".repeat(100));
        assertTheRestIsAsked(SAMPLES, SAMPLES);
    }

    @Test
    void aCompleteCacheIsReadWithoutALock() throws IOException {
        CacheKey key = fixture.key(teacher, CacheEncoding.fp32());
        assertTheRestIsAsked(SAMPLES, SAMPLES);
        Path lock = folder.resolve("." + key.fileName() + ".lock");
        Files.delete(lock);
        fixture.open(folder, teacher, CacheEncoding.fp32()).close();
        assertTrue(Files.notExists(lock), "as in a folder that cannot be written to");
    }

    @Test
    void aFullDiskIsNamedAndCostsNothingThatWasWritten() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=200k", "retort", disk.toString()) == 0,
                "this process may not mount a file system");
        try {
            CacheException full =
                    assertThrows(
                            CacheException.class,
                            () -> fixture.open(disk, teacher, CacheEncoding.fp32()));
            String message = String.valueOf(full.getMessage());
            assertTrue(
                    message.matches(
                            "cannot write .*: No space left on device; \\d+ of 20000"
                                    + " outputs are kept for the next time"),
                    message);
            long kept = Long.parseLong(message.replaceAll(".*; (\\d+) of.*", "$1"));
            assertTrue(kept >= CHUNK, message);
            assertEquals(0, run("mount", "-o", "remount,size=4m", disk.toString()));
            try (CacheFolder.Opened opened = fixture.open(disk, teacher, CacheEncoding.fp32())) {
                assertEquals(SAMPLES - kept, opened.cache().rowsAsked());
                assertArrayEquals(fixture.expected(), all(opened.cache()));
            }
        } finally {
            assertEquals(0, run("umount", "-l", disk.toString()));
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThrows(
                IOException.class,
                () -> fixture.open(file.resolve("below"), teacher, CacheEncoding.fp32()));
        assertEquals(0, teacher.samples, "the teacher was not asked for nothing");
    }

    private static float[] all(TeacherCache cache) throws IOException {
        return cache.read(LongStream.range(0, SAMPLES).toArray(), 0);
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var output = process.getInputStream()) {
                output.readAllBytes();
            }
            return process.waitFor();
        } catch (IOException _) {
            return -1;
        }
    }

    private static void overwrite(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }
}
