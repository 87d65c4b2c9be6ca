package dev.retort.examples.plan;

import dev.retort.examples.InputFile;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LawParameter;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.optimum.Allocation;
import dev.retort.planning.optimum.Goal;
import dev.retort.planning.optimum.TrainingPlan;
import dev.retort.planning.report.Figures;
import dev.retort.planning.table.Quantity;
import dev.retort.planning.table.RunTable;
import dev.retort.planning.table.Table;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The law that a plan is drawn from: fitted, published or given. */
final class LawOptions {
    /** How the FLOPs of the runs of published laws are counted. */
    private static final FlopConvention OWN_COUNT = new FlopConvention.SixND();

    @Option(
            names = "--runs",
            paramLabel = "FILE",
            converter = InputFile.class,
            description =
                    "Fit the law to this CSV or Parquet file of runs, as plan fit does: columns of"
                            + " N, D (or the FLOPs) and the loss, by the names of plan fit --help.")
    private @Nullable Path runs;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(
            names = "--published",
            paramLabel = "LAW",
            description =
                    "Take a published law: hoffmann_2022, besiroglu_2024 or muennighoff_2023.")
    private @Nullable PublishedLaw published;

    @Option(
            names = "--constants",
            paramLabel = "NAME=VALUE",
            split = ",",
            description = "Take a law of A, B, E, alpha and beta, such as A=482,B=2085,...")
    private Map<String, String> constants = Map.of();

    @Mixin final RunOptions reading = new RunOptions();

    /**
     * A law and where it is from.
     *
     * @param source its name
     * @param law the law
     * @param fit the fit, if it was fitted
     * @param notes what to know
     */
    record Source(
            String source, ParametricLaw law, Optional<ParametricFit> fit, List<String> notes) {
        Source with(String note) {
            return new Source(
                    source, law, fit, Stream.concat(notes.stream(), Stream.of(note)).toList());
        }
    }

    Source law(Given given) throws IOException {
        long sources =
                Stream.of(runs != null, !store.isAbsent(), published != null, !constants.isEmpty())
                        .filter(each -> each)
                        .count();
        if (sources != 1) {
            throw new PlanningException(
                    "expected one of --runs, --store, --published and --constants, found "
                            + (sources == 0 ? "none" : "several"));
        }
        StoreOptions.check(given);
        given.refuseWith("--published", RunOptions.OF_FITS);
        given.refuseWith("--constants", RunOptions.OF_FITS);
        reading.checkParametric(given);
        if (!store.isAbsent()) {
            return fitted(given, store.location(), store.read(reading), reading.unit().isPresent());
        }
        if (runs != null) {
            Table table = Table.read(runs);
            return fitted(
                    given,
                    table.name(),
                    RunTable.of(table, reading.reading()),
                    RunTable.isUnitStated(table, reading.reading()));
        }
        if (published != null) {
            return new Source(
                    published.label(),
                    published.law(),
                    Optional.empty(),
                    List.of(
                            "The law is another team's, for its data, tokeniser and code; an own fit"
                                    + " gives intervals."));
        }
        return new Source(
                "--constants",
                new ParametricLaw(
                        value(LawParameter.A),
                        value(LawParameter.B),
                        value(LawParameter.E),
                        value(LawParameter.ALPHA),
                        value(LawParameter.BETA)),
                Optional.empty(),
                List.of());
    }

    private Source fitted(Given given, String name, RunTable read, boolean statedUnit) {
        reading.checkSchedules(read.points());
        ParametricFit fit =
                ParametricFit.of(
                        read.points(),
                        reading.fit(FitProgress.to(given.err())).withStatedUnit(statedUnit));
        return new Source(
                name,
                fit.law(),
                Optional.of(fit),
                Stream.concat(read.notes().stream(), fit.warnings().stream()).toList());
    }

    /**
     * Notes a plan beyond all runs of a published law, and that nothing is known of those behind
     * given constants; an own fit says itself how far its runs reach.
     */
    Source extrapolated(Source source, Allocation plan) {
        if (!constants.isEmpty()) {
            return source.with(
                    "Up to which budget the law of --constants had runs is not known: beyond it the"
                            + " plan is an extrapolation.");
        }
        if (published == null) {
            return source;
        }
        double largest = published.largestBudget();
        double flops = OWN_COUNT.of(plan.parameters(), plan.tokens());
        return flops > largest
                ? source.with(
                        "%s had no run above %s FLOPs, its largest model on its most data; the plan takes %s times as many: it is an extrapolation."
                                .formatted(
                                        published.label(),
                                        Output.number(largest),
                                        Figures.number(flops / largest, 3)))
                : source;
    }

    /** Refuses a plan below all runs of a published law; those of an own fit are checked by it. */
    void requireWithinRuns(Goal goal, TrainingPlan plan) {
        if (published != null) {
            boolean isOwnCount = reading.convention().equals(OWN_COUNT);
            goal.requireWithin(
                    published.law(),
                    OWN_COUNT,
                    plan,
                    published.smallestBudget(),
                    "below which %s had no run%s"
                            .formatted(
                                    published.label(),
                                    isOwnCount ? "" : ", counted as " + OWN_COUNT.label()));
        }
    }

    private double value(LawParameter parameter) {
        String text = constants.get(parameter.label());
        if (text == null || constants.size() != LawParameter.values().length) {
            throw new PlanningException(
                    "expected A, B, E, alpha and beta with --constants, found "
                            + String.join(", ", constants.keySet()));
        }
        return Quantity.parse(text);
    }
}
