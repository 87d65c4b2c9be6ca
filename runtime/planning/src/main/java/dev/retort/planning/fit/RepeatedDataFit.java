package dev.retort.planning.fit;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.ResidualModel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * R_D* and R_N* fitted to runs on repeated data, as Muennighoff et al. 2023 did: over a law that
 * was fitted to runs on unique data before. The intervals are those for that law as it is.
 *
 * <p>Immutable.
 */
public final class RepeatedDataFit {
    private static final int FEWEST = 4;
    private static final double LEAST_REPEATS = 2;

    private final ParametricLaw base;
    private final SmallFit fit;
    private final boolean hasExcess;
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
    }

    private RepeatedDataFit(
            ParametricLaw base, SmallFit fit, boolean hasExcess, List<String> warnings) {
        this.base = base;
        this.fit = fit;
        this.hasExcess = hasExcess;
        this.warnings = warnings;
    }

    /**
     * Fits the constants.
     *
     * @param base the law for unique data
     * @param runs the runs, at least four of which repeat their data at least twice
     * @param options how
     * @return the fit
     * @throws PlanningException if the runs cannot tell the constants
     */
    public static RepeatedDataFit of(ParametricLaw base, List<Run> runs, FitOptions options) {
        PointChecks.plausible(
                runs.stream()
                        .map(r -> LossPoint.of(r.parameters(), r.tokens(), r.loss()))
                        .toList());
        long repeated =
                runs.stream().filter(r -> r.tokens() >= LEAST_REPEATS * r.uniqueTokens()).count();
        if (repeated < FEWEST) {
            throw new PlanningException(
                    "expected at least %d runs of two or more epochs, found %d of %d"
                            .formatted(FEWEST, repeated, runs.size()),
                    List.of("%d runs that repeat their data".formatted(FEWEST - repeated)));
        }
        boolean hasExcess =
                runs.stream()
                                .filter(
                                        r ->
                                                r.parameters()
                                                        > 1.5
                                                                * RepeatedDataLaw.fed(
                                                                        base,
                                                                        r.parameters(),
                                                                        r.uniqueTokens()))
                                .count()
                        >= FEWEST;
        List<double[]> starts = new ArrayList<>();
        for (double repeats : new double[] {0, 1.5, 3, 5}) {
            for (double excess : hasExcess ? new double[] {0, 1.5, 3, 5} : new double[] {0}) {
                starts.add(hasExcess ? new double[] {repeats, excess} : new double[] {repeats});
            }
        }
        SmallFit fit =
                SmallFit.of(
                        new Model(base, runs, hasExcess),
                        starts,
                        IntStream.range(0, runs.size()).toArray(),
                        options);
        List<String> warnings = new ArrayList<>(fit.warnings());
        fit.others().stream().map(x -> other(x, hasExcess)).forEach(warnings::add);
        warnings.addAll(scales(base, runs));
        return new RepeatedDataFit(base, fit, hasExcess, List.copyOf(warnings));
    }

    private static String other(double[] x, boolean hasExcess) {
        return String.format(
                Locale.ROOT,
                "The runs hardly tell the constants: R_D* = %.4g%s fits them less than 1 %% worse.",
                Math.exp(x[0]),
                hasExcess ? String.format(Locale.ROOT, " with R_N* = %.4g", Math.exp(x[1])) : "");
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
        return law(fit.x());
    }

    private RepeatedDataLaw law(double[] x) {
        return new RepeatedDataLaw(
                base, Math.exp(x[0]), hasExcess ? Math.exp(x[1]) : Double.POSITIVE_INFINITY);
    }

    /**
     * R_D*.
     *
     * @return with its interval
     */
    public Interval repeats() {
        return fit.interval(x -> Math.exp(x[0]));
    }

    /**
     * R_N*.
     *
     * @return with its interval; empty where fewer than four runs have parameters in excess
     */
    public Optional<Interval> excess() {
        return hasExcess ? Optional.of(fit.interval(x -> Math.exp(x[1]))) : Optional.empty();
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
        return fit.interval(x -> law(x).loss(parameters, tokens, uniqueTokens));
    }

    /** Parameters (ln R_D*, ln R_N*), the second only where it can be told. */
    private record Model(ParametricLaw base, List<Run> runs, boolean hasExcess)
            implements ResidualModel {
        @Override
        public int points() {
            return runs.size();
        }

        @Override
        public int parameters() {
            return hasExcess ? 2 : 1;
        }

        @Override
        public void evaluate(double[] x, double[] residuals, double[] jacobian) {
            int width = parameters();
            double repeats = Math.exp(x[0]);
            double excess = hasExcess ? Math.exp(x[1]) : Double.POSITIVE_INFINITY;
            RepeatedDataLaw law = bounded(repeats, excess);
            for (int i = 0; i < runs.size(); i++) {
                Run run = runs.get(i);
                double data = law.effectiveTokens(run.tokens(), run.uniqueTokens());
                double size = law.effectiveParameters(run.parameters(), run.uniqueTokens());
                double loss = base.loss(size, data);
                residuals[i] = Math.log(loss / run.loss());
                double byData = -base.beta() * base.b() * Math.pow(data, -base.beta() - 1) / loss;
                jacobian[i * width] =
                        byData * change(run.tokens(), run.uniqueTokens(), law.repeats());
                if (hasExcess) {
                    double bySize =
                            -base.alpha() * base.a() * Math.pow(size, -base.alpha() - 1) / loss;
                    double fed = RepeatedDataLaw.fed(base, run.parameters(), run.uniqueTokens());
                    jacobian[i * width + 1] = bySize * change(run.parameters(), fed, law.excess());
                }
            }
        }

        /** Searches may try any exponent; e^±600 is as good as none or all. */
        private RepeatedDataLaw bounded(double repeats, double excess) {
            return new RepeatedDataLaw(
                    base,
                    Math.clamp(repeats, 1e-12, 1e12),
                    hasExcess ? Math.clamp(excess, 1e-12, 1e12) : excess);
        }

        /** The derivative of the effective amount by the logarithm of the scale. */
        private static double change(double all, double unique, double scale) {
            double ratio = (all / unique - 1) / scale;
            return unique * scale * (-Math.expm1(-ratio) - ratio * Math.exp(-ratio));
        }
    }
}
