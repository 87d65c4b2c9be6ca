package dev.retort.examples.plan;

import dev.retort.examples.InputFile;
import dev.retort.examples.plan.SamplingOptions.Costs;
import dev.retort.examples.plan.TestTimeAnswers.Compared;
import dev.retort.examples.plan.TestTimeAnswers.Comparison;
import dev.retort.examples.plan.TestTimeAnswers.Spread;
import dev.retort.planning.PlanningException;
import dev.retort.planning.table.SampleColumns;
import dev.retort.planning.table.SampleTable;
import dev.retort.planning.table.Table;
import dev.retort.planning.testtime.Contender;
import dev.retort.planning.testtime.EqualCost;
import dev.retort.planning.testtime.ResultTable;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            "A sample costs 2 x parameters x tokens FLOPs; with a device and the MFU that it",
            "reaches, also joules (--watts) and money (--price); or --cost in any unit.",
            "",
            "Examples:",
            "  ./retort plan testtime samples.csv --k 1,10,100",
            "  ./retort plan testtime small.csv --against large.csv --parameters 8B",
            "      --against-parameters 70B --device 'NVIDIA H200' --mfu 0.1 --watts 1000",
            "      --price 3.5"
        })
final class TestTimeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    /** Adds to the help how the columns may be called. */
    @Spec
    void explainColumns(CommandSpec given) {
        ColumnHelp.addTo(given, SampleColumns.ALL);
    }

    @Parameters(
            paramLabel = "FILE",
            converter = InputFile.class,
            description = "CSV or Parquet file of samples.")
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
            description = "Numbers of samples a problem; default powers of 2 up to all there are.")
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
                    "Spread N samples over the problems by their difficulty, as the first --pilot"
                            + " samples of each tell it, which count, and as if it were known"
                            + " beforehand.")
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
            converter = InputFile.class,
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

    @Mixin private final SamplingOptions sampling = new SamplingOptions();

    @Option(
            names = "--budget",
            paramLabel = "C",
            split = ",",
            converter = QuantityOption.class,
            description =
                    "Budgets a problem to compare at, in FLOPs or in --cost-unit, and in joules and"
                            + " money as much as they buy of the model; default what 1, 2, 4, ..."
                            + " samples cost.")
    private List<Double> budgets = List.of();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        Given given = Given.of(spec);
        given.refuseWithout("--against", "--select", "--budget");
        given.refuseWithout("--against", Given.ofMixin(spec, "sampling"));
        given.refuseWithout("--allocate", "--pilot");
        sampling.check(given);
        SampleTable read = read(file);
        ResultTable table = read.results();
        if (Spread.isCounted(table)) {
            given.refuse("for a table of counts", "--pilot");
        }
        Optional<SampleTable> other =
                against == null ? Optional.empty() : Optional.of(read(against));
        Optional<Spread> spread =
                allocate == null
                        ? Optional.empty()
                        : Optional.of(
                                Spread.of(
                                        table,
                                        atLeastOne("--allocate", allocate),
                                        atLeastOne("--pilot", pilot)));
        Optional<Comparison> comparison =
                other.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                compare(
                                        table,
                                        other.get().results(),
                                        name(Objects.requireNonNull(against))));
        TestTimeReport report =
                new TestTimeReport(
                        TestTimeAnswers.of(
                                name(file),
                                Stream.concat(
                                                read.notes().stream(),
                                                other.stream().flatMap(o -> o.notes().stream()))
                                        .distinct()
                                        .toList(),
                                table,
                                ks.isEmpty() ? powers(table.fewestSamples()) : ks,
                                spread,
                                comparison));
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    private static int atLeastOne(String option, int found) {
        if (found < 1) {
            throw new PlanningException(
                    "expected %s of at least 1, found %d".formatted(option, found));
        }
        return found;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
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

    private Comparison compare(ResultTable one, ResultTable other, String otherName) {
        Map<String, Costs> costs = sampling.of(one, other);
        Costs first = costs.values().iterator().next();
        List<Double> at = budgets.isEmpty() ? powers(first, one, other) : budgets;
        // Units in which the models stand to each other alike compare alike.
        Map<Double, List<String>> alike =
                costs.entrySet().stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> ratio(each.getValue()),
                                        LinkedHashMap::new,
                                        Collectors.mapping(
                                                Map.Entry::getKey, Collectors.toList())));
        List<Compared> compared = new ArrayList<>();
        for (List<String> units : alike.values()) {
            String unit = units.getFirst();
            Costs here = Objects.requireNonNull(costs.get(unit));
            EqualCost equal =
                    new EqualCost(
                            new Contender(name(file), one, here.one(), unit),
                            new Contender(otherName, other, here.other(), unit),
                            selector);
            compared.add(
                    new Compared(
                            units,
                            at.stream()
                                    .map(budget -> equal.at(budget * here.one() / first.one()))
                                    .toList()));
        }
        return new Comparison(otherName, costs, compared);
    }

    /** But for the last digits, which rounding decides. */
    private static double ratio(Costs costs) {
        return (float) (costs.other() / costs.one());
    }

    private static List<Double> powers(Costs costs, ResultTable one, ResultTable other) {
        double most =
                Math.max(
                        costs.one() * one.fewestSamples(other),
                        costs.other() * other.fewestSamples(one));
        List<Double> powers = new ArrayList<>();
        for (double budget = Math.max(costs.one(), costs.other());
                budget <= most * 1.000001;
                budget *= 2) {
            powers.add(budget);
        }
        return powers;
    }
}
