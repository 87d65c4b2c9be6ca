package dev.retort.examples.lab;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.RunOptions;
import dev.retort.efficiency.Spending;
import dev.retort.efficiency.StoredRun;
import dev.retort.experiment.Attempt;
import dev.retort.experiment.state.RunView;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What the attempts of runs measured of themselves: a task that gives {@link RunOptions#journal}
 * the folder {@code TaskContext.folder()}, or one in it, leaves its ledger there.
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
     * The ledger of a run. An attempt that goes on from what an earlier one saved goes on with a
     * copy of its ledger too, which has the time since as well: of the copies of one ledger, the
     * longest counts, and no other.
     *
     * @param lab the folder of the lab
     * @param view the run
     * @return the sum over its attempts, or empty if none left a ledger
     * @throws IOException if a folder of an attempt cannot be listed
     */
    static Optional<RunLedger> of(Path lab, RunView view) throws IOException {
        Map<Begin, RunLedger> longest = new LinkedHashMap<>();
        for (Attempt attempt : view.attempts()) {
            for (Path folder : folders(lab.resolve(attempt.folder(view.run().id())))) {
                for (StoredRun stored : StoredRun.readAll(folder)) {
                    longest.merge(Begin.of(stored), of(stored), RunLedger::longer);
                }
            }
        }
        return longest.values().stream().reduce(RunLedger::plus);
    }

    /** What two ledgers have in common of which one is a copy of the other. */
    private record Begin(String name, Instant at) {
        static Begin of(StoredRun stored) {
            return new Begin(
                    String.valueOf(stored.folder().getFileName()),
                    stored.stretches().getFirst().begin());
        }
    }

    private RunLedger longer(RunLedger other) {
        return other.elapsed.compareTo(elapsed) > 0 ? other : this;
    }

    /** A folder and all below it; none if it is not on this machine. */
    private static List<Path> folders(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isDirectory).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
