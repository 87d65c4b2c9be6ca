package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.report.Figures;
import dev.retort.planning.solve.HuberRegression;
import dev.retort.planning.solve.Resamples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * R_D* and R_N* fitted to runs on repeated data, as Muennighoff et al. 2023 did: over a law that
 * was fitted to runs on unique data before. Where that law is given, the intervals are those for it
 * as it is. Where it is fitted to those of the runs that see their data once, both are fitted again
 * to every resample, and the intervals hold the uncertainty of both.
 *
 * <p>Immutable.
 */
public final class RepeatedDataFit {
    private static final int FEWEST = 4;
    private static final double LEAST_REPEATS = 2;

    /** Up to so many tokens for each unique one, data count as seen once. */
    private static final double ONCE = 1.01;

    private final RepeatedDataModel model;
    private final Minima minimum;
    private final boolean isBaseFitted;
    private final LawResamples resamples;
    private final List<String> warnings;

    /**
     * What a run on repeated data reached.
     *
     * @param parameters its parameters N, positive
     * @param tokens its tokens D, repeated ones included, positive
     * @param uniqueTokens those that differ, positive, at most the tokens
     * @param loss the loss in nats a token, positive
     */
    public record Run(double parameters, double tokens, double uniqueTokens, double loss) {
        /** Checks the numbers. */
        public Run {
            LossPoint.of(parameters, tokens, loss);
            if (!(uniqueTokens > 0 && uniqueTokens <= tokens)) {
                throw new PlanningException(
                        "expected unique tokens above 0 and at most the tokens D = %s, found %s"
                                .formatted(tokens, uniqueTokens));
            }
        }

        private LossPoint point() {
            return LossPoint.of(parameters, tokens, loss);
        }
    }

    private RepeatedDataFit(
            Constants constants,
            boolean isBaseFitted,
            LawResamples resamples,
            List<String> ofBase) {
        this.model = constants.model();
        this.minimum = constants.minimum();
        this.isBaseFitted = isBaseFitted;
        this.resamples = resamples;
        List<String> all = new ArrayList<>(ofBase);
        minimum.warning().ifPresent(all::add);
        resamples.warning().ifPresent(all::add);
        minimum.near().stream().skip(1).map(x -> other(x, model.hasExcess())).forEach(all::add);
        all.addAll(scales(model.base(), model.runs()));
        this.warnings = List.copyOf(all);
    }

    /**
     * Fits the constants over a law that is known.
     *
     * @param base the law for unique data, taken as it is
     * @param runs the runs, at least four of which repeat their data at least twice
     * @param options how
     * @return the fit
     * @throws PlanningException if the runs cannot tell the constants
     */
    public static RepeatedDataFit of(ParametricLaw base, List<Run> runs, FitOptions options) {
        check(runs);
        Constants constants = Constants.of(base, runs, options);
        Resamples all =
                Resamples.of(
                        constants.model(),
                        options.huberDelta(),
                        constants.minimum().near(),
                        IntStream.range(0, runs.size()).toArray(),
                        options.replicates(),
                        options.seed(),
                        options.observer());
        return new RepeatedDataFit(constants, false, lawful(all, options, "less noise"), List.of());
    }

    /**
     * Fits the law for unique data to the runs that see theirs once, and the constants over it to
     * all. As many runs of either kind are drawn for a resample as there are.
     *
     * @param runs the runs, at least four of which repeat their data at least twice, and as many of
     *     one epoch as a law takes
     * @param options how
     * @return the fit
     * @throws PlanningException if the runs cannot tell the law or the constants
     */
    public static RepeatedDataFit of(List<Run> runs, FitOptions options) {
        check(runs);
        int[] once = IntStream.range(0, runs.size()).filter(i -> isOnce(runs.get(i))).toArray();
        ParametricFit base = base(Arrays.stream(once).mapToObj(runs::get).toList(), options);
        Constants constants = Constants.of(base.law(), runs, options);
        int[] used =
                IntStream.range(0, once.length)
                        .filter(i -> !base.dropped().contains(i))
                        .map(i -> once[i])
                        .toArray();
        ThreadLocal<HuberRegression> solver =
                ThreadLocal.withInitial(
                        () -> new HuberRegression(base.model(), options.huberDelta()));
        Resamples all =
                Resamples.of(
                        joined(constants.minimum().x(), base.x()),
                        IntStream.range(0, runs.size()).toArray(),
                        runs.stream().mapToInt(run -> isOnce(run) ? 0 : 1).toArray(),
                        options.replicates(),
                        options.seed(),
                        weights -> {
                            double[] x =
                                    Resamples.minimise(
                                            solver.get(),
                                            List.of(base.x()),
                                            Arrays.stream(used)
                                                    .mapToDouble(i -> weights[i])
                                                    .toArray());
                            return x.length > 0 && ParametricLaw.isLaw(x)
                                    ? constants.refitted(x, weights, options)
                                    : new double[0];
                        },
                        options.observer());
        return new RepeatedDataFit(
                constants,
                true,
                lawful(all, options, "more runs of one epoch, or less noise"),
                base.warnings().stream().map("Law for unique data: "::concat).toList());
    }

    private static LawResamples lawful(Resamples all, FitOptions options, String missing) {
        // Every scale makes a law; a resample without a law for unique data is none at all.
        return LawResamples.of(all, _ -> true, options, "", missing);
    }

    private static void check(List<Run> runs) {
        List<LossPoint> points = runs.stream().map(Run::point).toList();
        PointChecks.inUnits(points);
        PointChecks.noDuplicates(points, runs);
        long repeated =
                runs.stream().filter(r -> r.tokens() >= LEAST_REPEATS * r.uniqueTokens()).count();
        if (repeated < FEWEST) {
            throw new PlanningException(
                    "expected at least %d runs of two or more epochs, found %d of %d"
                            .formatted(FEWEST, repeated, runs.size()),
                    List.of("%d runs that repeat their data".formatted(FEWEST - repeated)));
        }
    }

    private static boolean isOnce(Run run) {
        return run.tokens() <= ONCE * run.uniqueTokens();
    }

    private static ParametricFit base(List<Run> once, FitOptions options) {
        try {
            return ParametricFit.of(once.stream().map(Run::point).toList(), options);
        } catch (PlanningException e) {
            throw e.within(
                    "the runs of one epoch give no law for unique data, so one must be named");
        }
    }

    private static double[] joined(double[] constants, double[] base) {
        double[] joined = Arrays.copyOf(constants, constants.length + base.length);
        System.arraycopy(base, 0, joined, constants.length, base.length);
        return joined;
    }

    /** The constants over one law. */
    private record Constants(RepeatedDataModel model, Minima minimum) {
        static Constants of(ParametricLaw base, List<Run> runs, FitOptions options) {
            boolean hasExcess = runs.stream().filter(run -> hasExcess(base, run)).count() >= FEWEST;
            List<double[]> starts = new ArrayList<>();
            for (double repeats : new double[] {0, 1.5, 3, 5}) {
                for (double excess : hasExcess ? new double[] {0, 1.5, 3, 5} : new double[] {0}) {
                    starts.add(hasExcess ? new double[] {repeats, excess} : new double[] {repeats});
                }
            }
            RepeatedDataModel model = new RepeatedDataModel(base, runs, hasExcess);
            return new Constants(
                    model, Minima.search(model, options.huberDelta(), starts, options.observer()));
        }

        private static boolean hasExcess(ParametricLaw base, Run run) {
            return run.parameters()
                    > 1.5 * RepeatedDataLaw.fed(base, run.parameters(), run.uniqueTokens());
        }

        /** Those of weighted runs over another law, with that law. */
        double[] refitted(double[] base, double[] weights, FitOptions options) {
            RepeatedDataModel other =
                    new RepeatedDataModel(ParametricLaw.of(base), model.runs(), model.hasExcess());
            double[] x =
                    Resamples.minimise(
                            new HuberRegression(other, options.huberDelta()),
                            minimum.near(),
                            weights);
            return x.length > 0 ? joined(x, base) : x;
        }
    }

    private static String other(double[] x, boolean hasExcess) {
        return String.format(
                Locale.ROOT,
                "The runs hardly tell the constants: R_D* = %s%s fits them less than 1 %% worse.",
                Figures.number(Math.exp(x[0])),
                hasExcess ? " with R_N* = " + Figures.number(Math.exp(x[1])) : "");
    }

    /** Repeated data are worth less, so losses are compared at what they are worth. */
    private static List<String> scales(ParametricLaw base, List<Run> runs) {
        RepeatedDataLaw law =
                new RepeatedDataLaw(
                        base,
                        RepeatedDataLaw.PUBLISHED.repeats(),
                        RepeatedDataLaw.PUBLISHED.excess());
        return ScaleWarnings.of(
                runs.stream()
                        .map(
                                r ->
                                        LossPoint.of(
                                                law.effectiveParameters(
                                                        r.parameters(), r.uniqueTokens()),
                                                law.effectiveTokens(r.tokens(), r.uniqueTokens()),
                                                r.loss()))
                        .toList());
    }

    /**
     * What a reader has to know.
     *
     * @return one sentence each
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * The law.
     *
     * @return the best fit; excess parameters count in full where the runs cannot tell
     */
    public RepeatedDataLaw law() {
        return model.law(minimum.x());
    }

    /** The law of a resample: where the law for unique data was fitted again, over that one. */
    private RepeatedDataLaw law(double[] x) {
        if (!isBaseFitted) {
            return model.law(x);
        }
        ParametricLaw base = ParametricLaw.of(Arrays.copyOfRange(x, model.parameters(), x.length));
        return new RepeatedDataModel(base, model.runs(), model.hasExcess()).law(x);
    }

    /**
     * Whether the law for unique data was fitted to the runs of one epoch, so that intervals hold
     * its uncertainty.
     *
     * @return false where it was given and taken as it is
     */
    public boolean isBaseFitted() {
        return isBaseFitted;
    }

    /**
     * R_D*.
     *
     * @return with its interval; at most 1e12, which is as good as no loss by repetition
     */
    public Interval repeats() {
        return interval(RepeatedDataLaw::repeats);
    }

    /**
     * R_N*.
     *
     * @return with its interval; empty where fewer than four runs have parameters in excess
     */
    public Optional<Interval> excess() {
        return model.hasExcess()
                ? Optional.of(interval(RepeatedDataLaw::excess))
                : Optional.empty();
    }

    /**
     * The interval of the loss of a run.
     *
     * @param parameters its parameters N, positive
     * @param tokens its tokens D, repeated ones included, positive
     * @param uniqueTokens those that differ, positive
     * @return the loss in nats, without the noise of a single run
     */
    public Interval predict(double parameters, double tokens, double uniqueTokens) {
        return interval(law -> law.loss(parameters, tokens, uniqueTokens));
    }

    private Interval interval(ToDoubleFunction<RepeatedDataLaw> quantity) {
        return resamples.interval(x -> quantity.applyAsDouble(law(x)));
    }
}
