package dev.retort.distill.checkpoint;

import static dev.retort.distill.checkpoint.NewestStep.newestStep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is said of checkpoints that are not used, and what becomes of them. */
class CheckpointWarningsTest {
    private static final Map<String, String> IDENTITY = Map.of("data", "digits");

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private void save(CheckpointFolder checkpoints, long step) throws IOException {
        try (NDArray array = manager.full(new Shape(1000), (float) step)) {
            checkpoints.save(
                    step, IDENTITY, new JsonMapper().createObjectNode(), Map.of("weight", array));
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    /** The ledger of a resumed training asks first, and its loop then. */
    @Test
    void ofADamagedCheckpointItWarnsOnce() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        save(checkpoints, 10);
        save(checkpoints, 20);
        Files.write(folder.resolve("000002-step-20.safetensors"), new byte[50]);
        List<String> warnings =
                logged(
                        () -> {
                            assertEquals(10, newestStep(checkpoints));
                            assertEquals(10, checkpoints.newest(IDENTITY).orElseThrow().step());
                        });
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains("000002-step-20"), warnings.toString());
        assertTrue(warnings.getFirst().endsWith("; one before it is used"), warnings.toString());
        assertEquals(
                List.of(), logged(() -> assertEquals(10, checkpoints.peek().orElseThrow().step())));
    }

    private interface Body {
        void run() throws IOException;
    }

    /** The lines that the log gets. */
    private static List<String> logged(Body body) throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            body.run();
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aNewerFileWithoutItsChecksumIsNamed() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        save(checkpoints, 10);
        save(checkpoints, 20);
        save(checkpoints, 30);
        Files.delete(folder.resolve("000001-step-10.sha256"));
        Files.delete(folder.resolve("000003-step-30.sha256"));
        List<String> warnings =
                logged(
                        () -> {
                            assertEquals(20, newestStep(checkpoints));
                            assertEquals(20, newestStep(checkpoints));
                        });
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(
                warnings.getFirst()
                        .endsWith(
                                "%s looks whole but has no checksum beside it, so the one of step 20 is used; if it was copied without one, stop this, delete the files with higher numbers, run `sha256sum 000003-step-30.safetensors > 000003-step-30.sha256` in its folder, and go on from it"
                                        .formatted(folder.resolve("000003-step-30.safetensors"))),
                warnings.toString());
        // One that was cut short is nothing that could be gone on from.
        Files.write(folder.resolve("000003-step-30.safetensors"), new byte[50]);
        CheckpointFolder again = new CheckpointFolder(folder, 3);
        assertEquals(List.of(), logged(() -> assertEquals(20, newestStep(again))));
    }

    /** As the warning says that it can be gone on from, also once the training was stopped. */
    @Test
    void aNewerFileWithoutItsChecksumStaysUntilTheTrainingIsAsFar() throws IOException {
        CheckpointFolder before = new CheckpointFolder(folder, 3);
        save(before, 10);
        save(before, 20);
        save(before, 30);
        Files.delete(folder.resolve("000003-step-30.sha256"));
        String torn = "000004-step-40.safetensors";
        Files.write(folder.resolve(torn), new byte[50]);
        String kept = "000003-step-30.safetensors";
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 3);
        assertEquals(1, logged(() -> assertEquals(20, newestStep(checkpoints))).size());
        save(checkpoints, 22);
        assertTrue(files().contains(kept), files().toString());
        assertFalse(files().contains(torn), files().toString());
        CheckpointFolder again = new CheckpointFolder(folder, 3);
        List<String> warnings = logged(() -> assertEquals(22, newestStep(again)));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains(kept), warnings.toString());
        save(again, 29);
        assertTrue(files().contains(kept), files().toString());
        save(again, 30);
        assertFalse(files().contains(kept), files().toString());
        assertEquals(30, newestStep(again));
    }

    @Test
    void whatWasCopiedWithoutItsChecksumsIsNotDeleted() throws IOException, InterruptedException {
        CheckpointFolder copied = new CheckpointFolder(folder, 2);
        save(copied, 10);
        save(copied, 20);
        Files.delete(folder.resolve("000001-step-10.sha256"));
        Files.delete(folder.resolve("000002-step-20.sha256"));
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        List<String> warnings = logged(() -> assertTrue(checkpoints.newest(IDENTITY).isEmpty()));
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(
                warnings.getFirst().contains("so the training begins anew; if it was copied"),
                warnings.toString());
        for (long step : new long[] {10, 20, 30}) {
            save(checkpoints, step);
        }
        assertEquals(
                List.of(
                        "000001-step-10.safetensors",
                        "000002-step-20.safetensors",
                        "000004-step-20.safetensors",
                        "000004-step-20.sha256",
                        "000005-step-30.safetensors",
                        "000005-step-30.sha256"),
                files());
        assertEquals(List.of(), logged(() -> assertEquals(30, newestStep(checkpoints))));
        for (String name : files()) {
            if (FolderContents.number(Path.of(name)) > 2) {
                Files.delete(folder.resolve(name));
            }
        }
        // What the warning says makes it a checkpoint again.
        Process process;
        try {
            process =
                    new ProcessBuilder("sha256sum", "000002-step-20.safetensors")
                            .directory(folder.toFile())
                            .redirectOutput(folder.resolve("000002-step-20.sha256").toFile())
                            .start();
        } catch (IOException _) {
            process = abort("there is no sha256sum here");
        }
        assertEquals(0, process.waitFor());
        assertEquals(20, checkpoints.newest(IDENTITY).orElseThrow().step());
    }
}
