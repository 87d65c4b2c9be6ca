package dev.retort.experiment.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Samples;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How the end of a task is told. */
final class TaskRunTest {
    @TempDir private Path folder;

    /** Throws what its config says, as the cause of another. */
    public static final class Throwing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            Object said = Objects.requireNonNull(context.config().get("says"));
            throw new IllegalStateException(
                    "step 3 failed", new IllegalArgumentException((String) said));
        }
    }

    private AttemptResult thrown(String says) {
        Assignment assignment =
                new Assignment(
                        "e/a/1",
                        Samples.arm("a", Throwing.class.getName(), Map.of("says", says)),
                        1,
                        1,
                        7,
                        List.of(),
                        List.of(),
                        1,
                        folder.toString(),
                        null,
                        Set.of());
        return new TaskRun(assignment, new NoRecorder()).run();
    }

    @Test
    void anEngineThatRanOutOfMemoryIsNoFaultOfTheCode() {
        AttemptResult end = thrown("CUDA out of memory. Tried to allocate 2.00 GiB");
        assertEquals(CauseOfEnd.OUT_OF_MEMORY, end.cause());
        assertEquals("IllegalStateException: step 3 failed", end.detail());
    }

    @Test
    void anotherExceptionIs() {
        assertEquals(CauseOfEnd.EXCEPTION, thrown("the data has no labels").cause());
    }

    private record NoRecorder() implements TaskRun.Recorder {
        @Override
        public void commit(Checkpoint checkpoint) {}

        @Override
        public void report(EpochReport report) {}
    }
}
