package dev.retort.planning.fit;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;

import java.util.Objects;

/**
 * How a law is fitted.
 *
 * @param huberDelta δ of the Huber loss on the logarithm of the loss, positive
 * @param level the confidence of the intervals, above 0 and below 1
 * @param replicates bootstrap replicates, at least 200
 * @param seed the seed of the bootstrap
 * @param starts where the fit of the parametric law starts from
 * @param outliers what happens to points that stand out
 * @param schedule what happens to points off their learning-rate schedule
 * @param convention how FLOPs are counted
 * @param unitStated whether the user said what unit losses are in; then points that look like
 *     another unit are named rather than refused
 */
public record FitOptions(
        double huberDelta,
        double level,
        int replicates,
        long seed,
        StartGrid starts,
        OutlierPolicy outliers,
        SchedulePolicy schedule,
        FlopConvention convention,
        boolean unitStated) {
    private static final int FEWEST_REPLICATES = 200;

    /**
     * The published procedure: δ = 10⁻³ and 4,500 starts; 95 % intervals from 4,000 replicates, C =
     * 6ND.
     */
    public static final FitOptions DEFAULT =
            new FitOptions(
                    1e-3,
                    0.95,
                    4000,
                    1,
                    StartGrid.PUBLISHED,
                    OutlierPolicy.KEEP,
                    SchedulePolicy.WARN,
                    new FlopConvention.SixND(),
                    false);

    /** Checks the options. */
    public FitOptions {
        if (!(huberDelta > 0 && Double.isFinite(huberDelta))) {
            throw new PlanningException(
                    "expected a positive delta of the Huber loss, found " + huberDelta);
        }
        if (!(level > 0 && level < 1)) {
            throw new PlanningException(
                    "expected a confidence above 0 and below 1, such as 0.95, found " + level);
        }
        if (replicates < FEWEST_REPLICATES) {
            throw new PlanningException(
                    "expected at least %d bootstrap replicates, found %d"
                            .formatted(FEWEST_REPLICATES, replicates));
        }
        Objects.requireNonNull(starts, "starts is null");
        Objects.requireNonNull(outliers, "outliers is null");
        Objects.requireNonNull(schedule, "schedule is null");
        Objects.requireNonNull(convention, "convention is null");
    }

    /**
     * The options with another δ.
     *
     * @param delta δ of the Huber loss, positive
     * @return the changed options
     */
    public FitOptions withHuberDelta(double delta) {
        return new FitOptions(
                delta, level, replicates, seed, starts, outliers, schedule, convention, unitStated);
    }

    /**
     * The options with another confidence.
     *
     * @param confidence above 0 and below 1
     * @return the changed options
     */
    public FitOptions withLevel(double confidence) {
        return new FitOptions(
                huberDelta,
                confidence,
                replicates,
                seed,
                starts,
                outliers,
                schedule,
                convention,
                unitStated);
    }

    /**
     * The options with another bootstrap.
     *
     * @param count replicates, at least 200
     * @param start the seed
     * @return the changed options
     */
    public FitOptions withBootstrap(int count, long start) {
        return new FitOptions(
                huberDelta,
                level,
                count,
                start,
                starts,
                outliers,
                schedule,
                convention,
                unitStated);
    }

    /**
     * The options with other starts.
     *
     * @param grid the starts
     * @return the changed options
     */
    public FitOptions withStarts(StartGrid grid) {
        return new FitOptions(
                huberDelta,
                level,
                replicates,
                seed,
                grid,
                outliers,
                schedule,
                convention,
                unitStated);
    }

    /**
     * The options with another policy for outliers.
     *
     * @param policy the policy
     * @return the changed options
     */
    public FitOptions withOutliers(OutlierPolicy policy) {
        return new FitOptions(
                huberDelta,
                level,
                replicates,
                seed,
                starts,
                policy,
                schedule,
                convention,
                unitStated);
    }

    /**
     * The options with another policy for schedules.
     *
     * @param policy the policy
     * @return the changed options
     */
    public FitOptions withSchedule(SchedulePolicy policy) {
        return new FitOptions(
                huberDelta,
                level,
                replicates,
                seed,
                starts,
                outliers,
                policy,
                convention,
                unitStated);
    }

    /**
     * The options with another convention.
     *
     * @param counted how FLOPs are counted
     * @return the changed options
     */
    public FitOptions withConvention(FlopConvention counted) {
        return new FitOptions(
                huberDelta,
                level,
                replicates,
                seed,
                starts,
                outliers,
                schedule,
                counted,
                unitStated);
    }

    /**
     * The options with or without a stated unit of the loss.
     *
     * @param stated whether the user said what unit losses are in
     * @return the changed options
     */
    public FitOptions withStatedUnit(boolean stated) {
        return new FitOptions(
                huberDelta,
                level,
                replicates,
                seed,
                starts,
                outliers,
                schedule,
                convention,
                stated);
    }
}
