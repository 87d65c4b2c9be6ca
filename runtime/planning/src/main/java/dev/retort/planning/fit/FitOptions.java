package dev.retort.planning.fit;

import dev.retort.planning.FitObserver;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

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
 * @param observer is told how the fit gets on
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
        boolean unitStated,
        FitObserver observer) {
    private static final int FEWEST_REPLICATES = 200;

    private static final double ROUNDING = 1e-9;

    /**
     * The published procedure: δ = 10⁻³ and 4,500 starts; 95 % intervals from 4,000 replicates, C =
     * 6ND. Points beyond ten standard deviations are left out.
     */
    public static final FitOptions DEFAULT =
            new FitOptions(
                    1e-3,
                    0.95,
                    4000,
                    1,
                    StartGrid.PUBLISHED,
                    OutlierPolicy.GROSS,
                    SchedulePolicy.WARN,
                    new FlopConvention.SixND(),
                    false,
                    FitObserver.NONE);

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
        if (replicates * (1 - level) / 2 < 1 - ROUNDING) {
            throw new PlanningException(
                    String.format(
                            Locale.ROOT,
                            "expected at least %.0f bootstrap replicates, so that one lies in each tail, for a confidence of %s, found %d",
                            Math.ceil(2 / (1 - level) - ROUNDING * 2 / (1 - level)),
                            level,
                            replicates));
        }
        Objects.requireNonNull(starts, "starts is null");
        Objects.requireNonNull(outliers, "outliers is null");
        Objects.requireNonNull(schedule, "schedule is null");
        Objects.requireNonNull(convention, "convention is null");
        Objects.requireNonNull(observer, "observer is null");
    }

    /**
     * The options with another δ.
     *
     * @param delta δ of the Huber loss, positive
     * @return the changed options
     */
    public FitOptions withHuberDelta(double delta) {
        return edited(edit -> edit.huberDelta = delta);
    }

    /**
     * The options with another confidence. A high one takes many replicates, which are to be set
     * first: one in each tail at least.
     *
     * @param confidence above 0 and below 1
     * @return the changed options
     */
    public FitOptions withLevel(double confidence) {
        return edited(edit -> edit.level = confidence);
    }

    /**
     * The options with another bootstrap.
     *
     * @param count replicates, at least 200
     * @param start the seed
     * @return the changed options
     */
    public FitOptions withBootstrap(int count, long start) {
        return edited(
                edit -> {
                    edit.replicates = count;
                    edit.seed = start;
                });
    }

    /**
     * The options with other starts.
     *
     * @param grid the starts
     * @return the changed options
     */
    public FitOptions withStarts(StartGrid grid) {
        return edited(edit -> edit.starts = grid);
    }

    /**
     * The options with another policy for outliers.
     *
     * @param policy the policy
     * @return the changed options
     */
    public FitOptions withOutliers(OutlierPolicy policy) {
        return edited(edit -> edit.outliers = policy);
    }

    /**
     * The options with another policy for schedules.
     *
     * @param policy the policy
     * @return the changed options
     */
    public FitOptions withSchedule(SchedulePolicy policy) {
        return edited(edit -> edit.schedule = policy);
    }

    /**
     * The options with another convention.
     *
     * @param counted how FLOPs are counted
     * @return the changed options
     */
    public FitOptions withConvention(FlopConvention counted) {
        return edited(edit -> edit.convention = counted);
    }

    /**
     * The options with or without a stated unit of the loss.
     *
     * @param stated whether the user said what unit losses are in
     * @return the changed options
     */
    public FitOptions withStatedUnit(boolean stated) {
        return edited(edit -> edit.unitStated = stated);
    }

    /**
     * The options with someone who is told how the fit gets on.
     *
     * @param told who
     * @return the changed options
     */
    public FitOptions withObserver(FitObserver told) {
        return edited(edit -> edit.observer = told);
    }

    private FitOptions edited(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new FitOptions(
                edit.huberDelta,
                edit.level,
                edit.replicates,
                edit.seed,
                edit.starts,
                edit.outliers,
                edit.schedule,
                edit.convention,
                edit.unitStated,
                edit.observer);
    }

    /** Options under change. */
    private static final class Edit {
        private double huberDelta;
        private double level;
        private int replicates;
        private long seed;
        private StartGrid starts;
        private OutlierPolicy outliers;
        private SchedulePolicy schedule;
        private FlopConvention convention;
        private boolean unitStated;
        private FitObserver observer;

        Edit(FitOptions options) {
            huberDelta = options.huberDelta;
            level = options.level;
            replicates = options.replicates;
            seed = options.seed;
            starts = options.starts;
            outliers = options.outliers;
            schedule = options.schedule;
            convention = options.convention;
            unitStated = options.unitStated;
            observer = options.observer;
        }
    }
}
