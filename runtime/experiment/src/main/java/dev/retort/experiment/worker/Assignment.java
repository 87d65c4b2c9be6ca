package dev.retort.experiment.worker;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.Checkpoint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What an attempt is to do.
 *
 * @param run the name of the run
 * @param arm what to do
 * @param seed the seed
 * @param attempt the number of the attempt
 * @param token its fencing token
 * @param devices the devices it may use, as its process numbers them
 * @param locks the files that its process locks as long as it has them; see {@link DeviceLock}
 * @param microBatchDivisor see {@link dev.retort.experiment.task.TaskContext#microBatchDivisor()}
 * @param lab the folder of the lab
 * @param checkpoint from where to go on, or {@code null}
 * @param forks the steps whose checkpoints other runs go on from
 */
public record Assignment(
        String run,
        Arm arm,
        long seed,
        int attempt,
        long token,
        List<Integer> devices,
        List<String> locks,
        int microBatchDivisor,
        String lab,
        @Nullable Checkpoint checkpoint,
        Set<Long> forks) {
    /** Checks and copies the components. */
    public Assignment {
        Objects.requireNonNull(arm, "arm is null");
        devices = List.copyOf(devices);
        locks = List.copyOf(locks);
        forks = Set.copyOf(forks);
    }

    /**
     * The same for a process that sees no other device than those: it numbers them from 0.
     *
     * @param files the files that it is to lock
     */
    public Assignment seeingOnlyItsDevices(List<String> files) {
        return new Assignment(
                run,
                arm,
                seed,
                attempt,
                token,
                IntStream.range(0, devices.size()).boxed().toList(),
                files,
                microBatchDivisor,
                lab,
                checkpoint,
                forks);
    }

    /** The folder of the attempt, relative to that of the lab. Of no other attempt, ever. */
    public String folder() {
        return Attempt.folder(run, attempt, token);
    }

    /** The file of its metric points, relative to the folder of the lab. */
    public String metrics() {
        return folder() + "/metrics";
    }
}
