package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Points after the policy for learning-rate schedules.
 *
 * @param used the points to fit to
 * @param known how many of all points say where their schedule ends
 * @param off how many of them were taken elsewhere
 * @param all how many there were
 * @param exponent the γ of the correction
 */
record SchedulePoints(
        List<LossPoint> used, int known, int off, int all, Optional<Double> exponent) {
    /**
     * A schedule that ends within this share of the tokens matches (Hoffmann et al. 2022: 25 %).
     */
    static final double TOLERANCE = 0.25;

    private static final int FEWEST_EARLY = 5;
    private static final String ON_SCHEDULE = "of the points on schedule";

    static SchedulePoints of(List<LossPoint> points, FitOptions options) {
        int known = (int) points.stream().filter(p -> p.scheduleTokens().isPresent()).count();
        int off = (int) points.stream().filter(p -> p.isOffSchedule(TOLERANCE)).count();
        if (off == 0 || options.schedule() == SchedulePolicy.WARN) {
            return new SchedulePoints(
                    List.copyOf(points), known, off, points.size(), Optional.empty());
        }
        List<LossPoint> on = points.stream().filter(p -> !p.isOffSchedule(TOLERANCE)).toList();
        if (options.schedule() == SchedulePolicy.EXCLUDE) {
            return new SchedulePoints(on, known, off, points.size(), Optional.empty());
        }
        return corrected(points, on, known, off, options);
    }

    private static SchedulePoints corrected(
            List<LossPoint> points, List<LossPoint> on, int known, int off, FitOptions options) {
        List<LossPoint> early = points.stream().filter(SchedulePoints::isEarly).toList();
        if (early.size() < FEWEST_EARLY) {
            throw new PlanningException(
                    "expected at least %d points short of the end of their schedule to correct by, found %d"
                            .formatted(FEWEST_EARLY, early.size()),
                    List.of("more such points, or exclude them"));
        }
        ParametricLaw law = onSchedule(on, options);
        double[] exponents =
                early.stream()
                        .mapToDouble(
                                p ->
                                        Math.log(p.loss() / law.loss(p.parameters(), p.tokens()))
                                                / ahead(p))
                        .sorted()
                        .toArray();
        double exponent = Resamples.quantile(exponents, 0.5);
        List<LossPoint> used =
                points.stream()
                        .filter(p -> isEarly(p) || !p.isOffSchedule(TOLERANCE))
                        .map(
                                p ->
                                        isEarly(p)
                                                ? p.withLoss(
                                                        p.loss() * Math.exp(-exponent * ahead(p)))
                                                : p)
                        .toList();
        return new SchedulePoints(used, known, off, points.size(), Optional.of(exponent));
    }

    /** The law that the others are corrected to, judged like any other. */
    private static ParametricLaw onSchedule(List<LossPoint> on, FitOptions options) {
        try {
            PointChecks.check(on);
            return ParametricLaw.of(FirstFit.of(on, options).minimum().x());
        } catch (PlanningException e) {
            throw e.within(ON_SCHEDULE);
        }
    }

    /** Refuses points to fit to that can tell no law of size and data. */
    void check() {
        try {
            PointChecks.check(used);
        } catch (PlanningException e) {
            throw used.size() < all ? e.within(ON_SCHEDULE) : e;
        }
    }

    /** Whether the learning rate had not come down yet. */
    private static boolean isEarly(LossPoint point) {
        return point.isOffSchedule(TOLERANCE) && ahead(point) > 0;
    }

    /** What a reader has to know of the schedules, if anything. */
    Optional<String> warning(SchedulePolicy policy) {
        if (known == 0) {
            return Optional.of(
                    "No run says where its learning-rate schedule ends; losses from the middle of a"
                            + " schedule would bend the law.");
        }
        if (off == 0) {
            return Optional.empty();
        }
        String what =
                switch (policy) {
                    case WARN ->
                            "they are used as they are, and bend the law; exclude or correct them";
                    case EXCLUDE -> "they were left out";
                    case CORRECT ->
                            String.format(
                                    Locale.ROOT,
                                    "those short of it were corrected with the exponent %.4f, and %d beyond it left out",
                                    exponent.orElseThrow(),
                                    all - used.size());
                };
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "%d of %d points were taken more than %.0f %% away from the end of their"
                                + " learning-rate schedule: %s.",
                        off,
                        all,
                        100 * TOLERANCE,
                        what));
    }

    private static double ahead(LossPoint point) {
        return Math.log(point.scheduleTokens().orElseThrow() / point.tokens());
    }

    SchedulePoints without(Set<Integer> dropped) {
        return new SchedulePoints(FirstFit.without(used, dropped), known, off, all, exponent);
    }
}
