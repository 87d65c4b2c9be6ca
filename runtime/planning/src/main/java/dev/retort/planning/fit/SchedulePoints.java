package dev.retort.planning.fit;

import dev.retort.planning.PlanningException;
import dev.retort.planning.solve.Resamples;

import java.util.List;
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

    private static final int FEWEST_OFF = 5;

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
        if (off < FEWEST_OFF) {
            throw new PlanningException(
                    "expected at least %d points off their schedule to correct by, found %d"
                            .formatted(FEWEST_OFF, off),
                    List.of("more such points, or exclude them"));
        }
        PointChecks.check(on);
        ParametricLaw law =
                ParametricLaw.of(
                        Minima.search(
                                        new ParametricModel(on),
                                        options.huberDelta(),
                                        options.starts().starts())
                                .x());
        double[] exponents =
                points.stream()
                        .filter(p -> p.isOffSchedule(TOLERANCE))
                        .mapToDouble(
                                p ->
                                        Math.log(p.loss() / law.loss(p.parameters(), p.tokens()))
                                                / ahead(p))
                        .sorted()
                        .toArray();
        double exponent = Resamples.quantile(exponents, 0.5);
        List<LossPoint> used =
                points.stream()
                        .map(
                                p ->
                                        p.isOffSchedule(TOLERANCE)
                                                ? p.withLoss(
                                                        p.loss() * Math.exp(-exponent * ahead(p)))
                                                : p)
                        .toList();
        return new SchedulePoints(used, known, off, points.size(), Optional.of(exponent));
    }

    private static double ahead(LossPoint point) {
        return Math.log(point.scheduleTokens().orElseThrow() / point.tokens());
    }

    SchedulePoints without(Set<Integer> dropped) {
        return new SchedulePoints(FirstFit.without(used, dropped), known, off, all, exponent);
    }
}
