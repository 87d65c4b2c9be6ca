package dev.retort.experiment.worker;

import dev.retort.efficiency.FullDisk;
import dev.retort.efficiency.OutOfMemory;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.metric.MetricWriter;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One attempt at work: makes the task, gives it its context, and says how it ended. */
public final class TaskRun implements TaskContext {
    private final Assignment assignment;
    private final Recorder recorder;
    private final Path lab;
    private final AtomicLong progress = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();
    private final AtomicBoolean stepped = new AtomicBoolean();
    private final Object metricsLock = new Object();
    private volatile boolean stop;
    private volatile @Nullable MetricWriter metrics;
    private @Nullable Resumption resumption;

    /**
     * An attempt.
     *
     * @param assignment what it is to do
     * @param recorder who records its checkpoints and reports
     */
    public TaskRun(Assignment assignment, Recorder recorder) {
        this.assignment = assignment;
        this.recorder = recorder;
        this.lab = Path.of(assignment.lab()).toAbsolutePath().normalize();
    }

    /** Does the task, and says how it ended whatever it throws. */
    public AttemptResult run() {
        AttemptResult result = perform();
        MetricWriter writer = metrics;
        return writer == null ? result : sealed(result, writer);
    }

    private AttemptResult sealed(AttemptResult result, MetricWriter writer) {
        // A folder cannot be flushed by a thread that is interrupted, as one that was killed is.
        boolean interrupted = Thread.interrupted();
        try {
            MetricWriter.Sealed sealed = writer.seal();
            Folders.force(lab.resolve(assignment.folder()), lab);
            return result.withMetrics(
                    new AttemptResult.MetricsFile(
                            assignment.metrics(),
                            sealed.sha256(),
                            sealed.points(),
                            sealed.dropped()));
        } catch (IOException e) {
            // Results whose evidence is not on disk do not count.
            return AttemptResult.of(CauseOfEnd.NOT_WRITTEN, sentence(e));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Asks the task to stop. */
    public void stop() {
        stop = true;
    }

    /** A number that grows while the task is at work. */
    public long progressCount() {
        return progress.get();
    }

    /** Whether the task gave a sign of work done; may be asked for by any thread. */
    public boolean isStepped() {
        return stepped.get();
    }

    /** What it has done and held so far; may be asked for by any thread. */
    public Use use() {
        long peak = peakBytes.get();
        return new Use(steps.get(), System.nanoTime(), peak == 0 ? null : peak);
    }

    private AttemptResult perform() {
        try {
            Checkpoint from = assignment.checkpoint();
            if (from != null) {
                resumption = new Resumption(from.step(), CheckpointFiles.verified(lab, from));
            }
        } catch (IOException e) {
            return AttemptResult.of(CauseOfEnd.CHECKPOINT_UNUSABLE, String.valueOf(e.getMessage()));
        }
        try {
            return result(task().run(this));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return AttemptResult.of(CauseOfEnd.KILLED, "it was interrupted");
        } catch (Throwable e) {
            return AttemptResult.of(cause(e), sentence(e));
        }
    }

    /** What else the code of a task throws is its own fault, and would be thrown again. */
    private static CauseOfEnd cause(Throwable error) {
        if (OutOfMemory.isMeantBy(error)) {
            return CauseOfEnd.OUT_OF_MEMORY;
        }
        return FullDisk.isMeantBy(error) ? CauseOfEnd.NOT_WRITTEN : CauseOfEnd.EXCEPTION;
    }

    private static AttemptResult result(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Finished(Map<String, Double> values) -> finished(values);
            case Outcome.Stopped() ->
                    AttemptResult.of(CauseOfEnd.STOPPED, "it stopped as it was asked to");
            case Outcome.Infeasible(String reason) ->
                    AttemptResult.of(CauseOfEnd.INFEASIBLE, reason);
            case Outcome.Diverged(String reason) ->
                    AttemptResult.of(CauseOfEnd.NOT_A_NUMBER, reason);
        };
    }

    private static AttemptResult finished(Map<String, Double> values) {
        for (Map.Entry<String, Double> value : values.entrySet()) {
            if (!Double.isFinite(value.getValue())) {
                return AttemptResult.of(
                        CauseOfEnd.NOT_A_NUMBER,
                        "its result " + value.getKey() + " is " + value.getValue());
            }
        }
        return new AttemptResult(CauseOfEnd.COMPLETED, "it completed", values, null);
    }

    private Task task() throws Exception {
        String name = assignment.arm().task();
        try {
            return Task.named(name).getConstructor().newInstance();
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            throw new IllegalArgumentException(
                    "the task "
                            + name
                            + " cannot be made: expected a public class with a public constructor"
                            + " without parameters",
                    e);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    private static String sentence(Throwable error) {
        String message = error.getMessage();
        return message == null || error instanceof Error
                ? error.toString()
                : error.getClass().getSimpleName() + ": " + message;
    }

    @Override
    public Map<String, Object> config() {
        return assignment.arm().config();
    }

    @Override
    public long seed() {
        return assignment.seed();
    }

    @Override
    public int attempt() {
        return assignment.attempt();
    }

    @Override
    public List<Integer> devices() {
        return assignment.devices();
    }

    @Override
    public int microBatchDivisor() {
        return assignment.microBatchDivisor();
    }

    @Override
    public Path folder() throws IOException {
        return Files.createDirectories(lab.resolve(assignment.folder()));
    }

    @Override
    public Optional<Resumption> resumption() {
        return Optional.ofNullable(resumption);
    }

    @Override
    public void commit(long step, Path content) throws IOException, InterruptedException {
        worked(step);
        MetricWriter writer = metrics;
        if (writer != null) {
            // Who goes on from here does not record again what was before.
            writer.flush();
        }
        Path folder = folder();
        boolean kept = assignment.forks().contains(step);
        recorder.commit(CheckpointFiles.commit(lab, folder, step, content, kept));
        progress();
    }

    @Override
    public void report(int epochs, double value) throws IOException, InterruptedException {
        if (epochs < 1) {
            throw new IllegalArgumentException(
                    "a report comes after " + epochs + " epochs: expected at least 1");
        }
        worked(0);
        recorder.report(new EpochReport(epochs, value));
        progress();
    }

    @Override
    public void record(String metric, long step, double value) throws IOException {
        worked(step);
        MetricWriter writer = metrics;
        if (writer == null) {
            synchronized (metricsLock) {
                writer = metrics;
                if (writer == null) {
                    folder();
                    writer = MetricWriter.open(lab.resolve(assignment.metrics()));
                    metrics = writer;
                }
            }
        }
        writer.record(metric, step, value);
    }

    @Override
    public void done(long count) {
        if (count > 0) {
            worked(count);
        } else {
            progress();
        }
    }

    /** A sign of work done, by which so many steps are done. */
    private void worked(long count) {
        progress();
        if (!stepped.get() && stepped.compareAndSet(false, true)) {
            recorder.stepped();
        }
        if (count > steps.get()) {
            steps.accumulateAndGet(count, Math::max);
        }
    }

    @Override
    public void holds(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "a task holds " + bytes + " bytes: expected more than 0");
        }
        progress();
        peakBytes.accumulateAndGet(bytes, Math::max);
    }

    @Override
    public void progress() {
        progress.incrementAndGet();
    }

    @Override
    public boolean shouldStop() {
        progress();
        return stop;
    }

    /** Who records what an attempt says. */
    public interface Recorder {
        /** The task gave its first sign of work done. Said once; returns at once. */
        void stepped();

        /**
         * Records a checkpoint and waits until it is on disk.
         *
         * @throws IOException if it cannot be recorded
         * @throws InterruptedException if the attempt is being ended
         */
        void commit(Checkpoint checkpoint) throws IOException, InterruptedException;

        /**
         * Records a report and waits until it is on disk and was decided upon.
         *
         * @throws IOException if it cannot be recorded
         * @throws InterruptedException if the attempt is being ended
         */
        void report(EpochReport report) throws IOException, InterruptedException;
    }
}
