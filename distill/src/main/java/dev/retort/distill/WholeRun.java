package dev.retort.distill;

import dev.retort.device.Reading;
import dev.retort.device.sampling.CpuUsage;
import dev.retort.efficiency.RunAccount;

import java.util.function.Function;

/** What was read of the processor while a run went on, if one process made all of it. */
public final class WholeRun {
    private WholeRun() {}

    /**
     * A reading of a run. Its time and work are those of all processes that worked on it, while the
     * processor was read for the last of them alone.
     *
     * @param account the account of the run
     * @param of which reading
     * @return the reading; absent for a run that was resumed
     */
    public static Reading of(RunAccount account, Function<CpuUsage, Reading> of) {
        return account.attempts() == 1
                ? of.apply(account.cpu())
                : new Reading.Absent(
                        "the run was resumed, and of its %d processes the last alone was read"
                                .formatted(account.attempts()));
    }
}
