package dev.retort.examples.plan;

import dev.retort.examples.InputFile;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.IsoFlopFit;
import dev.retort.planning.fit.KaplanFit;
import dev.retort.planning.fit.LearningCurveFit;
import dev.retort.planning.fit.ParametricFit;
import dev.retort.planning.fit.ParametricLaw;
import dev.retort.planning.fit.PublishedLaw;
import dev.retort.planning.fit.RepeatedDataFit;
import dev.retort.planning.report.Figures;
import dev.retort.planning.table.Column;
import dev.retort.planning.table.RunColumns;
import dev.retort.planning.table.RunTable;
import dev.retort.planning.table.Table;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code retort plan fit}: a scaling law from runs. */
@Command(
        name = "fit",
        sortOptions = false,
        description = {
            "Fit a scaling law to finished runs, with intervals, or say what is missing for one."
        },
        footer = {
            "",
            "N or D follows from the flops where it is missing, but for repeated and",
            "curve. Rows of one run are resampled together; schedule_tokens, where the",
            "learning-rate schedule ends, flops and run are optional; unique_tokens is for",
            "--law repeated. Numbers may be written 1.4e9, 1.4B, 70M, 1,400,000; a scale or",
            "a unit may follow a name: params_m, loss_bits. A loss per byte or character is",
            "read only if --column names it.",
            "",
            "Laws: parametric L = E + A/N^alpha + B/D^beta (Hoffmann et al. 2022);",
            "  isoflop: a parabola for each budget, a profile of runs of equal FLOPs;",
            "  kaplan: Kaplan et al. 2020; curve: L = E + B/D^beta of one run;",
            "  repeated: R_D* and R_N* (Muennighoff et al. 2023) over --base or over the",
            "  runs of one epoch.",
            "Noise is how far the losses of single runs scatter about the law.",
            "",
            "Example:  ./retort plan fit runs.csv --json --html law.html"
        })
final class FitCommand implements Callable<Integer> {
    /** The laws. */
    enum Law {
        PARAMETRIC,
        ISOFLOP,
        KAPLAN,
        REPEATED,
        CURVE
    }

    private static final String PREDICT = "--predict";

    private static final String[] OUTLIERS = {"--drop-outliers", "--keep-outliers"};

    @Spec private CommandSpec spec;

    /** Adds to the help how the columns may be called. */
    @Spec
    void explainColumns(CommandSpec given) {
        ColumnHelp.addTo(given, RunColumns.ALL);
    }

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            converter = InputFile.class,
            description = "CSV or Parquet file of runs; or --store.")
    private @Nullable Path file;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(
            names = "--law",
            paramLabel = "NAME",
            defaultValue = "PARAMETRIC",
            description = "parametric (default), isoflop, kaplan, repeated or curve.")
    private Law law;

    @Option(
            names = "--base",
            paramLabel = "LAW",
            description =
                    "With --law repeated: the law for unique data, hoffmann_2022, besiroglu_2024 or"
                            + " muennighoff_2023.")
    private @Nullable PublishedLaw base;

    @Option(
            names = PREDICT,
            paramLabel = "N:D",
            split = ",",
            description =
                    "Predict the loss of a run, such as 7B:2T; for a curve only D, and for repeated"
                            + " data also the unique tokens, such as 7B:2T:500B. May be repeated.")
    private List<String> predictions = List.of();

    @Mixin private final RunOptions runs = new RunOptions();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        Given given = Given.of(spec);
        store.requireOneSource(file, given);
        check(given);
        FitOptions options = runs.fit(FitProgress.to(given.err()));
        if (file == null) {
            ofRuns(
                    store.location(),
                    store.read(runs),
                    options.withStatedUnit(runs.unit().isPresent()));
            return 0;
        }
        Table table = Table.read(file);
        options = options.withStatedUnit(RunTable.isUnitStated(table, runs.reading()));
        switch (law) {
            case PARAMETRIC, ISOFLOP, KAPLAN ->
                    ofRuns(table.name(), RunTable.of(table, runs.reading()), options);
            case REPEATED -> repeated(table, options);
            case CURVE -> {
                RunTable.Noted<LearningCurveFit.Point> curve =
                        RunTable.curve(table, runs.reading());
                List<Double> asked = Target.tokens(PREDICT, predictions);
                LearningCurveFit fit = LearningCurveFit.of(curve.rows(), options);
                write(OtherReports.curve(table.name(), fit, curve.rows(), asked), curve.notes());
            }
        }
        return 0;
    }

    /** A law of runs, which may come from a file or a store. */
    private void ofRuns(String source, RunTable read, FitOptions options) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Target> asked = Target.of(PREDICT, predictions);
        runs.checkSchedules(read.points());
        switch (law) {
            case PARAMETRIC -> {
                FitReport report =
                        new FitReport(
                                source,
                                ParametricFit.of(read.points(), options),
                                read.notes(),
                                asked);
                output.write(out, report::json, report::print, report::page);
            }
            case ISOFLOP -> {
                IsoFlopReport report =
                        new IsoFlopReport(
                                source, IsoFlopFit.of(read.points(), options), read.notes());
                output.write(out, report::json, report::print, report::page);
            }
            case KAPLAN -> {
                KaplanFit fit = KaplanFit.of(read.points(), options);
                write(OtherReports.kaplan(source, fit, read.points(), asked), read.notes());
            }
            case REPEATED, CURVE ->
                    throw new PlanningException(
                            "expected a file %s, found --store".formatted(withLaw()));
        }
    }

    /** Refuses what the law does not use. */
    private void check(Given given) {
        String where = withLaw();
        // Schedules are corrected by a fit of the parametric law.
        boolean isSearched = runs.correctsSchedules();
        switch (law) {
            case PARAMETRIC -> {}
            case ISOFLOP -> {
                given.refuse(where, PREDICT);
                if (!isSearched) {
                    given.refuse(where, OUTLIERS);
                    given.refuse(where, "--delta", "--starts");
                }
            }
            case KAPLAN -> {
                if (!isSearched) {
                    given.refuse(where, OUTLIERS);
                    given.refuse(where, "--starts");
                }
                if (file == null) {
                    given.refuse(where + " of a store", "--flops");
                }
            }
            case REPEATED -> {
                given.refuse(where, "--schedules", "--flops");
                if (base != null) {
                    given.refuse(where + " and --base", OUTLIERS);
                    given.refuse(where + " and --base", "--starts");
                }
            }
            case CURVE -> {
                given.refuse(where, OUTLIERS);
                given.refuse(where, "--schedules", "--flops", "--starts");
            }
        }
        if (law != Law.REPEATED) {
            given.refuse(where, "--base");
        }
        runs.check(given, where, read());
    }

    /** The columns that the law is read from. */
    private List<Column> read() {
        return switch (law) {
            case PARAMETRIC, ISOFLOP, KAPLAN -> RunOptions.OF_RUNS;
            case REPEATED ->
                    List.of(
                            RunColumns.PARAMETERS,
                            RunColumns.TOKENS,
                            RunColumns.UNIQUE,
                            RunColumns.LOSS);
            case CURVE -> List.of(RunColumns.TOKENS, RunColumns.LOSS);
        };
    }

    private String withLaw() {
        return "with --law " + law.name().toLowerCase(Locale.ROOT);
    }

    private void repeated(Table table, FitOptions options) throws IOException {
        RunTable.Noted<RepeatedDataFit.Run> all = RunTable.repeated(table, runs.reading());
        List<Target> asked = Target.repeated(PREDICT, predictions);
        RepeatedDataFit fit =
                base == null
                        ? RepeatedDataFit.of(all.rows(), options)
                        : RepeatedDataFit.of(base.law(), all.rows(), options);
        write(OtherReports.repeated(table.name(), fit, all.rows(), asked), all.notes());
    }

    private void write(OtherReports report, List<String> notes) throws IOException {
        OtherReports noted = report.with(notes);
        output.write(spec.commandLine().getOut(), noted::json, noted::print, noted::page);
    }

    static String law(ParametricLaw law) {
        return String.format(
                Locale.ROOT,
                "L(N, D) = %.4f + %s / N^%.4f + %s / D^%.4f",
                law.e(),
                Figures.number(law.a(), 5),
                law.alpha(),
                Figures.number(law.b(), 5),
                law.beta());
    }
}
