package dev.retort.distill.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

import dev.retort.distill.report.Reports;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What of an engine decides the last bits, on paper and of the engine that is there. */
class EngineInUseTest {
    private static final EngineInUse RETORT =
            new EngineInUse(
                    "Retort", "2.13.0", Optional.of("MKL (org.bytedeco:mkl)"), OptionalInt.of(2));
    private static final EngineInUse OTHER =
            new EngineInUse("Other", "1.0", Optional.empty(), OptionalInt.empty());

    @TempDir Path folder;

    @Test
    void onTheProcessorItsLibraryAndItsThreadsDecide() {
        assertEquals(
                Map.of(
                        "engine", "Retort 2.13.0",
                        "BLAS", "MKL (org.bytedeco:mkl)",
                        "threads of an operator", "2"),
                RETORT.identity(Device.cpu()));
        assertEquals(Map.of("engine", "Retort 2.13.0"), RETORT.identity(Device.gpu()));
        assertEquals(Map.of("engine", "Other 1.0"), OTHER.identity(Device.cpu()));
    }

    @Test
    void wordsNameTheLibrary() {
        assertEquals(
                "Retort's engine on libtorch 2.13.0, BLAS MKL (org.bytedeco:mkl)", RETORT.words());
        assertEquals("Other 1.0", OTHER.words());
    }

    /** They divide sums, and so decide how these are rounded. */
    @Test
    void aTrainingGoesOnWithTheThreadsThatItBeganWith() {
        try (SmallTraining saved = training()) {
            saved.fit().close();
        }
        int threads = JniUtils.getNumThreads();
        JniUtils.setNumThreads(threads + 1);
        try (SmallTraining other = training()) {
            String message =
                    String.valueOf(
                            assertThrows(UncheckedIOException.class, other::fit).getMessage());
            assertTrue(
                    message.contains(
                            "expected a checkpoint of a training with the threads of an operator %d, found one with %d: "
                                    .formatted(threads + 1, threads)),
                    message);
        } finally {
            JniUtils.setNumThreads(threads);
        }
        try (SmallTraining same = training()) {
            same.fit().close();
        }
    }

    private SmallTraining training() {
        SmallTraining training = new SmallTraining(1);
        training.settings = loop -> loop.checkpoint(SmallTraining.every(folder, 5));
        return training;
    }

    @Test
    @Tag("engines")
    void theEngineThatIsThereTellsAll() {
        Engine engine = Engine.getInstance();
        EngineInUse found = EngineInUse.of(engine);
        assertEquals(engine.getVersion(), found.version());
        assertTrue(found.threads().orElseThrow() >= 1, found::toString);
        assertEquals(engine.getEngineName().equals("Retort"), found.blas().isPresent());
        assertEquals(found.words(), Reports.machine().engine());
    }
}
