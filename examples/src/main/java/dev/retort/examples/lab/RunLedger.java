package dev.retort.examples.lab;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.StoredRun;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.RunView;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the attempts of runs measured of themselves: a task that gives {@code TaskContext.folder()}
 * to {@link RunOptions#journal} leaves its ledger there.
 *
 * @param good the time of training that survived
 * @param elapsed the time that was measured
 * @param joules the energy, or empty if no attempt could measure it for nearly all of its time
 */
record RunLedger(Duration good, Duration elapsed, OptionalDouble joules) {
    /** The share of time that was training which survived, from 0 to 1. */
    double goodput() {
        return elapsed.isZero() ? 0 : (double) good.toNanos() / elapsed.toNanos();
    }

    /** This and another; the energy is that of both or of none. */
    RunLedger plus(RunLedger other) {
        return new RunLedger(
                good.plus(other.good),
                elapsed.plus(other.elapsed),
                joules.isPresent() && other.joules.isPresent()
                        ? OptionalDouble.of(joules.getAsDouble() + other.joules.getAsDouble())
                        : OptionalDouble.empty());
    }

    /**
     * The ledger of a run.
     *
     * @param lab the folder of the lab
     * @param view the run
     * @return the sum over its attempts, or empty if none left a ledger
     * @throws IOException if a folder of an attempt cannot be listed
     */
    static Optional<RunLedger> of(Path lab, RunView view) throws IOException {
        RunLedger sum = null;
        for (Attempt attempt : view.attempts()) {
            Path folder = lab.resolve(attempt.folder(view.run().id()));
            if (Files.isDirectory(folder)) {
                for (StoredRun stored : StoredRun.readAll(folder)) {
                    RunLedger one = of(stored);
                    sum = sum == null ? one : sum.plus(one);
                }
            }
        }
        return Optional.ofNullable(sum);
    }

    private static RunLedger of(StoredRun stored) {
        Duration elapsed = Duration.ofNanos(stored.totals().ledger().elapsedNanos());
        double joules = 0;
        boolean known = !stored.spending().joules().isEmpty();
        for (Spending.Part part : stored.spending().joules().values()) {
            joules += part.amount();
            known &= part.covers(stored.totals().ledger());
        }
        return new RunLedger(
                stored.totals().ledger().of(Bucket.GOOD),
                elapsed,
                known ? OptionalDouble.of(joules) : OptionalDouble.empty());
    }
}
