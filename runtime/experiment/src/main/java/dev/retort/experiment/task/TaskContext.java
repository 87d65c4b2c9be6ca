package dev.retort.experiment.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task is given. Safe for use by the threads of the task. Each call but the plain getters
 * counts as a sign of progress; a task that gives none for too long is taken for hung.
 */
public interface TaskContext {
    /** The parameters of the arm: strings, booleans, {@code Long} and {@code Double}. */
    Map<String, Object> config();

    /** The seed of the run. */
    long seed();

    /** The number of the attempt, from 1. */
    int attempt();

    /**
     * The accelerators it may use, as its process numbers them; none for a run on the CPU. A
     * process of its own sees no others.
     */
    List<Integer> devices();

    /**
     * By what the micro-batch should be divided: 1, and twice as much after each attempt that ran
     * out of memory. The batch of an optimiser step stays the same.
     */
    int microBatchDivisor();

    /**
     * A folder of this attempt alone; it is there.
     *
     * @throws IOException if it cannot be made
     */
    Path folder() throws IOException;

    /** From where the run goes on; empty for its beginning. */
    Optional<Resumption> resumption();

    /**
     * Says how good the run is so far, for rules that stop hopeless runs early. Returns once that
     * is on disk and the rules have decided: {@link #shouldStop()} says then whether to go on. A
     * run that goes on after a crash says again what it does again.
     *
     * @param epochs how far the run has come, at least 1
     * @param value the metric that is searched for, so far; no number if the run diverged
     * @throws IOException if it cannot be recorded
     * @throws InterruptedException if the attempt is being ended
     */
    void report(int epochs, double value) throws IOException, InterruptedException;

    /**
     * Records that the run can go on from a step. Returns once that is on disk, so that older
     * checkpoints may be deleted then.
     *
     * @param step how many steps are done
     * @param content the file or folder in {@link #folder()} that holds the state, complete; if
     *     relative, then to that folder
     * @throws IOException if it is elsewhere, or cannot be read, brought to disk or recorded
     * @throws InterruptedException if the attempt is being ended
     */
    void commit(long step, Path content) throws IOException, InterruptedException;

    /**
     * Records a metric point; never waits for the disk.
     *
     * @throws IOException if the file of metrics cannot be made
     */
    void record(String metric, long step, double value) throws IOException;

    /**
     * Says how many steps are done, for the pace of a run that shares its device. A metric point
     * and a checkpoint say it too. The first of these, or a report, ends the start of an attempt:
     * what it took until then was no work.
     */
    void done(long steps);

    /**
     * Says how much memory of its device the task holds; the most that it ever said is what such a
     * run is expected to hold. That of the process is meant, as the driver counts it, and not only
     * what tensors take.
     *
     * @param bytes a number above 0
     */
    void holds(long bytes);

    /** Says that the task is at work, for steps that take long and call nothing else. */
    void progress();

    /** Whether it should commit a checkpoint and return {@link Outcome.Stopped} soon. */
    boolean shouldStop();

    /**
     * From where a run goes on.
     *
     * @param step how many steps were done
     * @param content the file or folder that was committed, to read from while the attempt runs: it
     *     may be another run's, from which more runs go on, and must not be changed or deleted
     */
    record Resumption(long step, Path content) {}
}
