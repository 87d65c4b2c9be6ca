package dev.retort.bench;

import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

import java.util.Locale;
import java.util.Objects;

/**
 * Runs the benchmarks that compare in pairs and prints for each the median of its forks and their
 * range. Takes JMH's options.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.PairedRun MeteredStep}, or
 * {@code PairedTraining} or {@code CachedTeacher}
 */
public final class PairedRun {
    private PairedRun() {}

    /**
     * Runs them.
     *
     * @param args JMH's options; the name of {@link MeteredStep}, {@link PairedTraining} or {@link
     *     CachedTeacher} first
     * @throws RunnerException if a benchmark fails
     * @throws CommandLineOptionException if an option is none of JMH's
     */
    public static void main(String[] args) throws RunnerException, CommandLineOptionException {
        for (RunResult run : new Runner(new CommandLineOptions(args)).run()) {
            if (run.getSecondaryResults().containsKey("differencePercent")) {
                System.out.printf(
                        Locale.ROOT,
                        "%s %s: %s, noise %s%n",
                        run.getParams().getBenchmark(),
                        run.getParams().getParam("workload"),
                        spread(run, "differencePercent"),
                        spread(run, "noisePercent"));
            }
        }
    }

    private static String spread(RunResult run, String counter) {
        double[] forks =
                run.getBenchmarkResults().stream()
                        .mapToDouble(fork -> ofFork(fork, counter))
                        .sorted()
                        .toArray();
        return String.format(
                Locale.ROOT,
                "%+.2f %% (%+.2f to %+.2f in %d forks)",
                Comparison.median(forks),
                forks[0],
                forks[forks.length - 1],
                forks.length);
    }

    private static double ofFork(BenchmarkResult fork, String counter) {
        return Comparison.median(
                fork.getIterationResults().stream()
                        .mapToDouble(
                                iteration ->
                                        Objects.requireNonNull(
                                                        iteration
                                                                .getSecondaryResults()
                                                                .get(counter))
                                                .getScore())
                        .toArray());
    }
}
