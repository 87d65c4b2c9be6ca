package dev.retort.experiment.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Samples;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.Set;

/** How the end of a task is told. */
final class TaskRunTest {
    @TempDir private Path folder;

    /** Each attempt has a folder of its own. */
    private long token;

    /** Throws what its config says, as the cause of another. */
    public static final class Throwing implements Task {
        @Override
        public Outcome run(TaskContext context) {
            Object said = Objects.requireNonNull(context.config().get("says"));
            throw new IllegalStateException(
                    "step 3 failed", new IllegalArgumentException((String) said));
        }
    }

    /** Cannot be made, as if what it needs at its beginning were broken. */
    public static final class Unmade implements Task {
        /** Fails. */
        public Unmade() {
            throw new ServiceConfigurationError("a provider is broken");
        }

        @Override
        public Outcome run(TaskContext context) {
            throw new AssertionError("it was made");
        }
    }

    /** Records a point and throws an error of a kind that few think of. */
    public static final class Failing implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            context.record("loss", 1, 0.5);
            IOException cause = new IOException("the pipe is broken");
            throw switch ((String) Objects.requireNonNull(context.config().get("says"))) {
                case "memory" -> new OutOfMemoryError("Java heap space");
                case "recursion" -> new StackOverflowError();
                default -> new IOError(cause);
            };
        }
    }

    private AttemptResult thrown(String says) {
        return thrown(Throwing.class, says);
    }

    private AttemptResult thrown(Class<? extends Task> task, String says) {
        Assignment assignment =
                new Assignment(
                        "e/a/1",
                        Samples.arm("a", task.getName(), Map.of("says", says)),
                        1,
                        1,
                        ++token,
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

    /** The disk may have room again when it is tried again, from its last checkpoint. */
    @Test
    void aFullDiskIsNoFaultOfTheCode() {
        for (String says : List.of("No space left on device", "/quota: Disk quota exceeded")) {
            AttemptResult end = thrown(says);
            assertEquals(CauseOfEnd.NOT_WRITTEN, end.cause());
            assertEquals(FailureClass.INFRASTRUCTURE, end.cause().failure());
            assertEquals("IllegalStateException: step 3 failed", end.detail());
        }
    }

    @Test
    void anotherExceptionIs() {
        assertEquals(CauseOfEnd.EXCEPTION, thrown("the data has no labels").cause());
    }

    /** Whatever it is, the code threw it and would throw it again; what was recorded is kept. */
    @Test
    void errorsOfEveryKindAreFaultsOfTheCode() {
        AttemptResult end = thrown(Failing.class, "");
        assertEquals(CauseOfEnd.EXCEPTION, end.cause());
        assertEquals("java.io.IOError: java.io.IOException: the pipe is broken", end.detail());
        assertEquals(1, Objects.requireNonNull(end.metrics()).points());
        assertEquals(CauseOfEnd.EXCEPTION, thrown(Failing.class, "recursion").cause());
        AttemptResult unmade = thrown(Unmade.class, "");
        assertEquals(CauseOfEnd.EXCEPTION, unmade.cause());
        assertEquals("java.util.ServiceConfigurationError: a provider is broken", unmade.detail());
    }

    @Test
    void memoryThatRanOutIsToldApartFromThem() {
        AttemptResult end = thrown(Failing.class, "memory");
        assertEquals(CauseOfEnd.OUT_OF_MEMORY, end.cause());
        assertEquals("java.lang.OutOfMemoryError: Java heap space", end.detail());
    }

    private record NoRecorder() implements TaskRun.Recorder {
        @Override
        public void stepped() {}

        @Override
        public void commit(Checkpoint checkpoint) {}

        @Override
        public void report(EpochReport report) {}
    }
}
