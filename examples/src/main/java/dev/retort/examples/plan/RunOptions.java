package dev.retort.examples.plan;

import dev.retort.planning.FitObserver;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.ShapeRule;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.fit.OutlierPolicy;
import dev.retort.planning.fit.SchedulePolicy;
import dev.retort.planning.fit.StartGrid;
import dev.retort.planning.table.Column;
import dev.retort.planning.table.RunColumns;
import dev.retort.planning.table.RunTable.Reading;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How runs are read and fitted. */
final class RunOptions {
    /** The columns of runs that differ in N and D. */
    static final List<Column> OF_RUNS =
            RunColumns.ALL.stream().filter(column -> !column.equals(RunColumns.UNIQUE)).toList();

    /** How FLOPs are counted. */
    enum Counting {
        SIX_N_D,
        WITH_HEAD,
        WITH_ATTENTION,
        WITH_CAUSAL_ATTENTION
    }

    /** The options of fits: what a law that was fitted already does not use. */
    static final String[] OF_FITS = {
        "--loss-unit",
        "--column",
        "--delta",
        "--level",
        "--replicates",
        "--seed",
        "--starts",
        "--drop-outliers",
        "--keep-outliers",
        "--schedules"
    };

    @Option(
            names = "--loss-unit",
            paramLabel = "UNIT",
            description =
                    "nats or bits; default what the column's name says (loss_nats, loss_bits), else"
                            + " nats. Contradictions are refused.")
    private @Nullable LossUnit unit;

    @Option(
            names = "--column",
            paramLabel = "NAME=COLUMN",
            split = ",",
            description =
                    "Another name of a column: N, D, loss, flops, schedule_tokens, run or"
                            + " unique_tokens, such as --column N=weights; may be repeated.")
    private Map<String, String> columns = Map.of();

    @Option(
            names = "--flops",
            paramLabel = "RULE",
            defaultValue = "SIX_N_D",
            description =
                    "How FLOPs are counted: six_n_d (default), with_head, with_attention or"
                            + " with_causal_attention.")
    private Counting counting;

    @Option(
            names = "--vocabulary",
            paramLabel = "V",
            description = "Entries of the vocabulary, for with_head.")
    private @Nullable Long vocabulary;

    @Option(
            names = "--sequence",
            paramLabel = "T",
            description =
                    "Tokens of a training sequence, for with_attention and with_causal_attention.")
    private @Nullable Long sequence;

    @Option(
            names = "--aspect",
            paramLabel = "R",
            defaultValue = "128",
            description =
                    "Width over depth of the models, for all but six_n_d; default"
                            + " ${DEFAULT-VALUE}.")
    private double aspect;

    @Option(
            names = "--delta",
            paramLabel = "D",
            defaultValue = "1e-3",
            description = "Delta of the Huber loss on ln L; default ${DEFAULT-VALUE}.")
    private double delta;

    @Option(
            names = "--level",
            paramLabel = "P",
            defaultValue = "0.95",
            description = "Confidence of the intervals; default ${DEFAULT-VALUE}.")
    private double level;

    @Option(
            names = "--replicates",
            paramLabel = "B",
            defaultValue = "4000",
            description = "Bootstrap replicates, at least 200; default ${DEFAULT-VALUE}.")
    private int replicates;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the bootstrap; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--starts",
            paramLabel = "GRID",
            defaultValue = "PUBLISHED",
            description =
                    "Where the fit starts from: published (default), 4,500 starts, or coarse, 162, for"
                            + " thousands of points.")
    private StartGrid starts;

    @Option(
            names = "--drop-outliers",
            paramLabel = "S",
            description =
                    "Leave out points beyond S standard deviations of the residuals' bulk, at least"
                            + " 3; default 10. Those beyond 5 are named, and what leaving them out"
                            + " changes.")
    private @Nullable Double dropped;

    @Option(
            names = "--keep-outliers",
            description = "Leave out no point: the Huber loss bounds what one can do.")
    private boolean kept;

    @Option(
            names = "--schedules",
            paramLabel = "POLICY",
            defaultValue = "WARN",
            description =
                    "What happens to points off their learning-rate schedule: warn (default), or"
                            + " exclude or correct, which take a column schedule_tokens.")
    private SchedulePolicy schedules;

    FlopConvention convention() {
        ShapeRule shape = new ShapeRule(aspect);
        return switch (counting) {
            case SIX_N_D -> new FlopConvention.SixND();
            case WITH_HEAD -> new FlopConvention.WithHead(need("--vocabulary", vocabulary), shape);
            case WITH_ATTENTION ->
                    new FlopConvention.WithAttention(need("--sequence", sequence), false, shape);
            case WITH_CAUSAL_ATTENTION ->
                    new FlopConvention.WithAttention(need("--sequence", sequence), true, shape);
        };
    }

    /**
     * Refuses what the count of FLOPs leaves unused, and other names of columns that are not read.
     *
     * @param given the options
     * @param law which law is fitted, such as {@code with --law curve}
     * @param read the columns that it is read from
     */
    void check(Given given, String law, List<Column> read) {
        String where = "with --flops " + counting.name().toLowerCase(Locale.ROOT);
        switch (counting) {
            case SIX_N_D -> given.refuse(where, "--vocabulary", "--sequence", "--aspect");
            case WITH_HEAD -> given.refuse(where, "--sequence");
            case WITH_ATTENTION, WITH_CAUSAL_ATTENTION -> given.refuse(where, "--vocabulary");
        }
        for (Column column : RunColumns.ALL) {
            if (columns.containsKey(column.key()) && !read.contains(column)) {
                throw new PlanningException(
                        "expected no --column %s %s, which does not use it"
                                .formatted(column.key(), law));
            }
        }
    }

    /** The same for the law L(N, D). */
    void checkParametric(Given given) {
        check(given, "for the law of N and D", OF_RUNS);
    }

    /** Whether losses off their schedule are corrected, which takes a fit of its own. */
    boolean correctsSchedules() {
        return schedules == SchedulePolicy.CORRECT;
    }

    private long need(String option, @Nullable Long value) {
        if (value == null) {
            throw new PlanningException(
                    "expected %s with --flops %s, found none"
                            .formatted(option, counting.name().toLowerCase(Locale.ROOT)));
        }
        return value;
    }

    Optional<LossUnit> unit() {
        return Optional.ofNullable(unit);
    }

    Reading reading() {
        return new Reading(unit(), columns, convention());
    }

    /**
     * Refuses a policy for schedules where no run says where its schedule ends: it would do
     * nothing.
     *
     * @param points the runs; of none there is nothing to say yet
     */
    void checkSchedules(List<LossPoint> points) {
        boolean isUnsaid = points.stream().allMatch(point -> point.scheduleTokens().isEmpty());
        if (schedules != SchedulePolicy.WARN && isUnsaid && !points.isEmpty()) {
            throw new PlanningException(
                    "expected runs with schedule_tokens for --schedules %s, found none"
                            .formatted(schedules.name().toLowerCase(Locale.ROOT)));
        }
    }

    FitOptions fit(FitObserver observer) {
        FitOptions options =
                FitOptions.DEFAULT
                        .withHuberDelta(delta)
                        .withBootstrap(replicates, seed)
                        .withLevel(level)
                        .withSchedule(schedules)
                        .withStarts(starts)
                        .withConvention(convention())
                        .withObserver(observer);
        return options.withOutliers(outliers());
    }

    private OutlierPolicy outliers() {
        if (dropped == null) {
            return kept ? OutlierPolicy.KEEP : OutlierPolicy.GROSS;
        }
        if (kept) {
            throw new PlanningException("expected --drop-outliers or --keep-outliers, found both");
        }
        return OutlierPolicy.drop(dropped);
    }
}
