package dev.retort.distill.checkpoint;

import static dev.retort.distill.checkpoint.NewestStep.newestStep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class CheckpointFolderTest {
    private static final Map<String, String> IDENTITY = Map.of("data", "digits", "plan", "short");

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private static ObjectNode state(long step) {
        return new JsonMapper().createObjectNode().put("step", step);
    }

    private void save(CheckpointFolder checkpoints, long step) throws IOException {
        try (NDArray array = manager.full(new Shape(1000), (float) step)) {
            checkpoints.save(step, IDENTITY, state(step), Map.of("model.weight", array));
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void givesBackWhatWasSavedAndKeepsTheLatest() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        assertTrue(checkpoints.newest(IDENTITY).isEmpty());
        assertEquals(0, newestStep(checkpoints));
        for (long step : new long[] {0, 7, 20, 20}) {
            save(checkpoints, step);
        }
        assertEquals(
                List.of(
                        "000003-step-20.safetensors",
                        "000003-step-20.sha256",
                        "000004-step-20.safetensors",
                        "000004-step-20.sha256"),
                files());
        Checkpoint newest = checkpoints.newest(IDENTITY).orElseThrow();
        assertEquals(20, newest.step());
        assertEquals(20, newest.state().get("step").asLong());
        Map<String, NDArray> arrays = newest.arrays("model.", manager);
        float[] expected = new float[1000];
        Arrays.fill(expected, 20);
        assertArrayEquals(expected, requireNonNull(arrays.get("weight")).toFloatArray());
    }

    @Test
    void theChecksumIsOneThatSha256sumChecks() throws IOException, InterruptedException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        save(checkpoints, 1);
        Process process;
        try {
            process =
                    new ProcessBuilder("sha256sum", "--check", "--strict", "000001-step-1.sha256")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException _) {
            process = abort("there is no sha256sum here");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    @Test
    void fallsBackToTheOneBeforeADamagedOne() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        save(checkpoints, 10);
        save(checkpoints, 20);
        Path newest = folder.resolve("000002-step-20.safetensors");
        byte[] bytes = Files.readAllBytes(newest);
        // Each truncation, a flipped bit, and a file that is gone.
        for (int length : new int[] {0, 1, 8, 100, bytes.length - 1}) {
            Files.write(newest, Arrays.copyOf(bytes, length));
            assertEquals(10, checkpoints.newest(IDENTITY).orElseThrow().step(), length + " bytes");
        }
        for (int place = 0; place < bytes.length; place += 397) {
            byte[] flipped = bytes.clone();
            flipped[place] ^= 4;
            Files.write(newest, flipped);
            assertEquals(10, checkpoints.newest(IDENTITY).orElseThrow().step(), "byte " + place);
        }
        Files.delete(newest);
        assertEquals(10, newestStep(checkpoints));
        Files.write(newest, bytes);
        assertEquals(20, newestStep(checkpoints));
    }

    @Test
    void aDamagedChecksumIsADamagedCheckpoint() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        save(checkpoints, 10);
        save(checkpoints, 20);
        Path checksum = folder.resolve("000002-step-20.sha256");
        byte[] bytes = Files.readAllBytes(checksum);
        // Each bit, the highest one too, which makes it no UTF-8.
        for (int place = 0; place < bytes.length; place++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                byte[] flipped = bytes.clone();
                flipped[place] ^= (byte) bit;
                Files.write(checksum, flipped);
                assertEquals(10, newestStep(checkpoints), "bit " + bit + " of byte " + place);
            }
        }
        for (int length = 0; length < bytes.length; length++) {
            Files.write(checksum, Arrays.copyOf(bytes, length));
            assertEquals(10, newestStep(checkpoints), length + " bytes");
        }
        Files.delete(checksum);
        assertEquals(10, newestStep(checkpoints));
        // What is there and cannot be read.
        Files.createDirectory(checksum);
        assertEquals(10, newestStep(checkpoints));
        Files.delete(checksum);
        Files.write(checksum, bytes);
        assertEquals(20, newestStep(checkpoints));
    }

    @Test
    void aDamagedCheckpointIsNotAmongThoseThatAreKept() throws IOException {
        save(new CheckpointFolder(folder, 2), 10);
        save(new CheckpointFolder(folder, 2), 20);
        Files.write(folder.resolve("000002-step-20.safetensors"), new byte[50]);
        CheckpointFolder resumed = new CheckpointFolder(folder, 2);
        assertEquals(10, resumed.newest(IDENTITY).orElseThrow().step());
        save(resumed, 30);
        assertTrue(files().contains("000001-step-10.sha256"), files().toString());
        Files.write(folder.resolve("000003-step-30.safetensors"), new byte[50]);
        assertEquals(10, newestStep(new CheckpointFolder(folder, 2)));
        // Once there are two newer ones, what is older goes, damaged or not.
        save(resumed, 40);
        save(resumed, 50);
        assertEquals(
                List.of("000004-step-40.sha256", "000005-step-50.sha256"),
                files().stream().filter(name -> name.endsWith(".sha256")).toList());
    }

    @Test
    void anInterruptedThreadSavesAndStaysInterrupted() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder.resolve("new/folder"), 2);
        Thread.currentThread().interrupt();
        save(checkpoints, 10);
        assertTrue(Thread.interrupted(), "the interrupt was lost");
        assertEquals(10, newestStep(checkpoints));
    }

    @Test
    void theWeightsOfTheBestEpochHaveAChecksumToo() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        try (NDArray array = manager.ones(new Shape(3))) {
            checkpoints.saveBest(Map.of("weight", array), Map.of("epoch", "1"));
            checkpoints.saveBest(Map.of("weight", array), Map.of("epoch", "2"));
        }
        assertEquals(List.of("best.safetensors", "best.sha256"), files());
        Checksum.verify(folder.resolve("best.safetensors"));
        assertTrue(checkpoints.newest(IDENTITY).isEmpty());
    }

    @Test
    void saysWhenAllAreDamaged() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        save(checkpoints, 10);
        Files.write(folder.resolve("000001-step-10.safetensors"), new byte[50]);
        CheckpointException error =
                assertThrows(CheckpointException.class, () -> checkpoints.newest(IDENTITY));
        String message = String.valueOf(error.getMessage());
        assertTrue(
                message.startsWith(
                        "expected an intact checkpoint in %s, found %s, which is damaged: expected the checksum "
                                .formatted(folder, folder.resolve("000001-step-10.safetensors"))),
                message);
        assertTrue(
                message.endsWith(" in 50 bytes: delete this folder to begin its training anew"),
                message);
    }

    @Test
    void whatASaveLeftThatWasCutShortIsNoCheckpointAndIsDeletedLater() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        save(checkpoints, 10);
        Files.write(folder.resolve(".000002-step-20.safetensors.7f3a"), new byte[50]);
        Files.write(folder.resolve(".000002-step-20.sha256.tmp"), new byte[50]);
        Files.write(folder.resolve(".best.safetensors.7f3a"), new byte[50]);
        Files.write(folder.resolve(".best.sha256.tmp"), new byte[50]);
        Files.write(folder.resolve("000002-step-20.safetensors"), new byte[50]);
        Files.write(folder.resolve("notes.txt"), new byte[50]);
        assertEquals(10, newestStep(checkpoints));
        save(checkpoints, 30);
        assertEquals(
                List.of(
                        "000001-step-10.safetensors",
                        "000001-step-10.sha256",
                        "000003-step-30.safetensors",
                        "000003-step-30.sha256",
                        "notes.txt"),
                files());
    }

    @Test
    void aFullDiskCostsNoCheckpoint() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "retort", disk.toString()) == 0,
                "this process may not mount a file system");
        try {
            CheckpointFolder checkpoints = new CheckpointFolder(disk, 20);
            long last = 0;
            CheckpointException full = null;
            while (full == null) {
                try {
                    save(checkpoints, last + 1);
                    last++;
                } catch (CheckpointException e) {
                    full = e;
                }
            }
            assertTrue(last >= 5, "found room for " + last);
            assertTrue(
                    String.valueOf(full.getMessage())
                            .startsWith(
                                    "the checkpoint of step %d cannot be written to %s ("
                                            .formatted(last + 1, disk)),
                    full.getMessage());
            assertEquals(last, checkpoints.newest(IDENTITY).orElseThrow().step());
            assertThrows(CheckpointException.class, () -> save(checkpoints, 99));
            assertEquals(last, newestStep(checkpoints));
            // With room again it goes on.
            Files.delete(disk.resolve("000001-step-1.safetensors"));
            Files.delete(disk.resolve("000001-step-1.sha256"));
            save(checkpoints, 99);
            assertEquals(99, newestStep(checkpoints));
        } finally {
            assertEquals(0, run("umount", "-l", disk.toString()));
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException _) {
            return -1;
        }
    }

    @Test
    void refusesToKeepNone() {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> new CheckpointFolder(folder, 0));
        assertEquals("expected to keep at least 1, found 0", error.getMessage());
    }
}
