package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;
import dev.retort.planning.table.SampleColumns;
import dev.retort.planning.table.SampleTable;
import dev.retort.planning.table.Table;
import dev.retort.planning.testtime.Contender;
import dev.retort.planning.testtime.EqualCost;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.SampleAllocation;
import dev.retort.planning.testtime.Selector;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code retort plan testtime}: what many samples are worth. */
@Command(
        name = "testtime",
        sortOptions = false,
        description = {
            "What many samples of a model are worth: coverage (pass@k), best of k by a verifier,"
                    + " majority vote, the gaps between them, and two models at equal cost."
        },
        footer = {
            "",
            "What they hold, one sample a line:",
            "  problem   which problem",
            "  correct   1 or 0, true or false",
            "  score     of a verifier, larger for better: optional, for best of k",
            "  answer    compared in a vote: optional",
            "  tokens    that the sample took: optional, for costs",
            "or counts, one problem a line:  problem, n, c",
            "",
            "Costs of a sample are 2 x parameters x tokens FLOPs, or --cost in any unit.",
            "",
            "Examples:",
            "  ./retort plan testtime samples.csv --k 1,10,100",
            "  ./retort plan testtime small.csv --against large.csv --parameters 8B",
            "      --against-parameters 70B --budget 1e14,1e15"
        })
final class TestTimeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    /** Adds to the help how the columns may be called. */
    @Spec
    void explainColumns(CommandSpec given) {
        ColumnHelp.addTo(given, SampleColumns.ALL);
    }

    @Parameters(paramLabel = "FILE", description = "CSV or Parquet file of samples.")
    private Path file;

    @Option(
            names = "--column",
            paramLabel = "NAME=COLUMN",
            split = ",",
            description =
                    "Another name of a column: problem, correct, score, answer, tokens, n or c, such"
                            + " as --column problem=uid; may be repeated.")
    private Map<String, String> columns = Map.of();

    @Option(
            names = "--k",
            paramLabel = "K",
            split = ",",
            description = "Numbers of samples; default powers of 2 up to what there are.")
    private List<Integer> ks = List.of();

    @Option(
            names = "--level",
            paramLabel = "P",
            defaultValue = "0.95",
            description = "Confidence of the intervals over problems; default ${DEFAULT-VALUE}.")
    private double level;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the bootstrap; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--allocate",
            paramLabel = "N",
            description =
                    "Spread N samples over the problems by their difficulty; the first --pilot"
                            + " samples tell it, the others measure.")
    private @Nullable Integer allocate;

    @Option(
            names = "--pilot",
            paramLabel = "K",
            defaultValue = "4",
            description = "Samples a problem that tell its difficulty; default ${DEFAULT-VALUE}.")
    private int pilot;

    @Option(
            names = "--against",
            paramLabel = "FILE",
            description = "Samples of another model on the same problems.")
    private @Nullable Path against;

    @Option(
            names = "--select",
            paramLabel = "HOW",
            defaultValue = "COVERAGE",
            description =
                    "How an answer is chosen in a comparison: coverage (default), best_of or"
                            + " majority.")
    private Selector selector;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "Parameters of the model, for FLOPs.")
    private @Nullable Double parameters;

    @Option(
            names = "--against-parameters",
            paramLabel = "N",
            converter = QuantityOption.class,
            description = "Parameters of the other model.")
    private @Nullable Double againstParameters;

    @Option(
            names = "--cost",
            paramLabel = "C",
            description = "What a sample costs, instead of FLOPs: joules, money, ...")
    private @Nullable Double cost;

    @Option(
            names = "--against-cost",
            paramLabel = "C",
            description = "What a sample of the other model costs, in the same unit.")
    private @Nullable Double againstCost;

    @Option(
            names = "--budget",
            paramLabel = "C",
            split = ",",
            converter = QuantityOption.class,
            description =
                    "Budgets a problem to compare at; default what 1, 2, 4, ... samples cost.")
    private List<Double> budgets = List.of();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        SampleTable read = read(file);
        ResultTable table = read.results();
        Optional<SampleAllocation> allocation =
                allocate == null
                        ? Optional.empty()
                        : Optional.of(SampleAllocation.heldOut(table, pilot, allocate));
        Optional<SampleTable> other =
                against == null ? Optional.empty() : Optional.of(read(against));
        TestTimeReport report =
                new TestTimeReport(
                        String.valueOf(file.getFileName()),
                        table,
                        ks.isEmpty() ? powers(table.fewestSamples()) : ks,
                        allocation,
                        other.map(o -> compare(table, o.results())).orElse(List.of()),
                        against == null ? "" : String.valueOf(against.getFileName()),
                        Stream.concat(
                                        read.notes().stream(),
                                        other.stream().flatMap(o -> o.notes().stream()))
                                .distinct()
                                .toList());
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    private SampleTable read(Path path) throws IOException {
        SampleTable read = SampleTable.of(Table.read(path), columns);
        return new SampleTable(read.results().withIntervals(level, seed), read.notes());
    }

    private static List<Integer> powers(int most) {
        List<Integer> powers = new ArrayList<>();
        for (int k = 1; k < most; k *= 2) {
            powers.add(k);
        }
        powers.add(most);
        return powers;
    }

    private List<EqualCost.Row> compare(ResultTable one, ResultTable other) {
        double ofOne = costPerSample("--cost", cost, "--parameters", parameters, one, other);
        double ofOther =
                costPerSample(
                        "--against-cost",
                        againstCost,
                        "--against-parameters",
                        againstParameters,
                        other,
                        one);
        EqualCost comparison =
                new EqualCost(
                        new Contender(String.valueOf(file.getFileName()), one, ofOne),
                        new Contender("the other", other, ofOther),
                        selector);
        List<Double> at = budgets;
        if (at.isEmpty()) {
            double least = Math.max(ofOne, ofOther);
            double most = Math.max(ofOne * one.fewestSamples(), ofOther * other.fewestSamples());
            at = new ArrayList<>();
            for (double budget = least; budget <= most * 1.000001; budget *= 2) {
                at.add(budget);
            }
        }
        return at.stream().map(comparison::at).toList();
    }

    private double costPerSample(
            String costOption,
            @Nullable Double given,
            String option,
            @Nullable Double size,
            ResultTable table,
            ResultTable other) {
        if (given != null) {
            return given;
        }
        if (size == null) {
            throw new PlanningException(
                    "expected %s, or %s and a column of tokens, to compare at equal cost, found neither"
                            .formatted(costOption, option));
        }
        double tokens =
                table.tokensPerSample(other)
                        .orElseThrow(
                                () ->
                                        new PlanningException(
                                                "expected common problems with the tokens of every sample,"
                                                        + " or "
                                                        + costOption
                                                        + ", found neither"));
        return Contender.flops(size, tokens);
    }
}
