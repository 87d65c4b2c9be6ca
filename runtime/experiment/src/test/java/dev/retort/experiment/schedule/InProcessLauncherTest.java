package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Samples;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.Use;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** How attempts in this process end that are killed. */
final class InProcessLauncherTest {
    @TempDir private Path folder;

    /** Says that it is at work, waits to be interrupted, and does then what its config says. */
    public static final class Interrupted implements Task {
        @Override
        public Outcome run(TaskContext context) throws Exception {
            context.record("loss", 1, 0.5);
            boolean interrupted = false;
            context.report(1, 0.5);
            while (!interrupted) {
                interrupted = Thread.currentThread().isInterrupted();
                Thread.onSpinWait();
            }
            switch ((String) Objects.requireNonNull(context.config().get("then"))) {
                case "commits" -> {
                    Path file = context.folder().resolve("state");
                    Files.createFile(file);
                    // The channel that it is flushed by is closed by the interrupt.
                    context.commit(1, file);
                }
                case "sleeps" -> Thread.sleep(60_000);
                case "throws an error" -> throw new AssertionError("its channel is closed");
                case "diverges" -> {
                    return new Outcome.Diverged("half of it is missing");
                }
                case "is infeasible" -> {
                    return new Outcome.Infeasible("too large");
                }
                case "stops" -> {
                    return new Outcome.Stopped();
                }
                default -> {}
            }
            return new Outcome.Finished(Map.of("m", 1.0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "commits, KILLED",
        "sleeps, KILLED",
        "throws an error, KILLED",
        "diverges, KILLED",
        "is infeasible, INFEASIBLE",
        "stops, STOPPED",
        "finishes, COMPLETED"
    })
    void whateverAnInterruptDoesToATaskItWasKilled(String then, CauseOfEnd cause) throws Exception {
        Heard heard = new Heard();
        Launcher.Launched launched =
                new InProcessLauncher().launch(assignment(Map.of("then", then)), heard);
        heard.atWork.await();
        launched.kill();
        AttemptResult end = heard.end.get();
        assertEquals(cause, end.cause(), end.detail());
        assertEquals(1, Objects.requireNonNull(end.metrics()).points());
        assertEquals(1, heard.steps.get());
    }

    /** A failure of its own stays one. */
    @Test
    void whoIsNotKilledFailsByItself() throws Exception {
        Heard heard = new Heard();
        new InProcessLauncher().launch(assignment(Map.of()), heard);
        assertEquals(CauseOfEnd.EXCEPTION, heard.end.get().cause());
    }

    private Assignment assignment(Map<String, Object> config) {
        String task = config.isEmpty() ? "no.such.Task" : Interrupted.class.getName();
        return new Assignment(
                "e/a/1",
                Samples.arm("a", task, config),
                1,
                1,
                7,
                List.of(),
                List.of(),
                1,
                folder.toString(),
                null,
                Set.of());
    }

    private static final class Heard implements Launcher.Listener {
        private final CountDownLatch atWork = new CountDownLatch(1);
        private final CompletableFuture<AttemptResult> end = new CompletableFuture<>();
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        public void started(@Nullable Long pid, @Nullable String process) {}

        @Override
        public void stepped() {
            steps.incrementAndGet();
        }

        @Override
        public void used(Use use) {}

        @Override
        public CompletableFuture<?> saved(Checkpoint checkpoint) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<?> reported(EpochReport report) {
            atWork.countDown();
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void ended(AttemptResult result) {
            end.complete(result);
        }
    }
}
