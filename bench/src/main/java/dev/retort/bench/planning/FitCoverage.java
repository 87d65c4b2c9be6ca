package dev.retort.bench.planning;

import dev.retort.planning.Interval;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LawParameter;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.StartGrid;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How often the 95 % intervals of a fit hold the truth: runs are drawn from a known law again and
 * again, with noise and outliers, and fitted. The same arguments give the same output.
 *
 * <p>Run: {@code java -cp bench/target/benchmarks.jar dev.retort.bench.planning.FitCoverage}, with
 * arguments for data sets (1000), points (250), noise of ln L (0.006), share of outliers (0.03),
 * bootstrap replicates (1000), first seed (1), failed runs on the least data (0)
 */
public final class FitCoverage {
    private FitCoverage() {}

    /** How often the truth was held, and on which side it lay outside. */
    private static final class Tally {
        int held;
        int above;
        int below;

        void add(Interval interval, double truth) {
            if (interval.contains(truth)) {
                held++;
            } else if (truth > interval.high()) {
                above++;
            } else {
                below++;
            }
        }
    }

    /**
     * Draws, fits and counts.
     *
     * @param args as above, all optional
     */
    public static void main(String[] args) {
        int sets = (int) argument(args, 0, 1000);
        SimulatedRuns simulated =
                new SimulatedRuns(
                        (int) argument(args, 1, 250),
                        argument(args, 2, 0.006),
                        argument(args, 3, 0.03),
                        (int) argument(args, 6, 0));
        int replicates = (int) argument(args, 4, 1000);
        long seed = (long) argument(args, 5, 1);
        FitOptions options =
                FitOptions.DEFAULT.withStarts(StartGrid.COARSE).withBootstrap(replicates, 1);
        Map<String, ToDoubleFunction<ParametricLaw>> quantities = quantities();
        Map<String, Tally> tallies = new LinkedHashMap<>();
        quantities.keySet().forEach(name -> tallies.put(name, new Tally()));
        for (int i = 0; i < sets; i++) {
            ParametricFit fit = ParametricFit.of(simulated.draw(seed + i), options);
            quantities.forEach(
                    (name, quantity) ->
                            tallies.computeIfAbsent(name, _ -> new Tally())
                                    .add(
                                            fit.interval(quantity),
                                            quantity.applyAsDouble(SimulatedRuns.LAW)));
        }
        System.out.printf(
                Locale.ROOT,
                "%d data sets of %d runs, noise %.4f, outliers %.3f, failed %d, %d replicates, seeds from %d%n",
                sets,
                simulated.points(),
                simulated.noise(),
                simulated.outliers(),
                simulated.failed(),
                replicates,
                seed);
        tallies.forEach(
                (name, tally) ->
                        System.out.printf(
                                Locale.ROOT,
                                "%-16s held %.1f %%, truth above %.1f %%, below %.1f %%%n",
                                name,
                                100.0 * tally.held / sets,
                                100.0 * tally.above / sets,
                                100.0 * tally.below / sets));
    }

    private static Map<String, ToDoubleFunction<ParametricLaw>> quantities() {
        Map<String, ToDoubleFunction<ParametricLaw>> quantities = new LinkedHashMap<>();
        for (LawParameter parameter : LawParameter.values()) {
            quantities.put(parameter.label(), parameter::of);
        }
        quantities.put("exponent of N*", ParametricLaw::sizeExponent);
        quantities.put("loss at 10x", law -> law.loss(1e10, 5e11));
        return quantities;
    }

    private static double argument(String[] args, int index, double usual) {
        return args.length > index ? Double.parseDouble(args[index]) : usual;
    }
}
