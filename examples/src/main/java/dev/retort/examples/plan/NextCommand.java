package dev.retort.examples.plan;

import dev.retort.examples.InputFile;
import dev.retort.examples.lab.StoreLocation;
import dev.retort.examples.lab.Workers;
import dev.retort.experiment.Arm;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.StoreException;
import dev.retort.planning.FitObserver;
import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.FitOptions;
import dev.retort.planning.fit.LossPoint;
import dev.retort.planning.next.Candidate;
import dev.retort.planning.next.Decision;
import dev.retort.planning.next.PlanLoop;
import dev.retort.planning.next.PlanLoop.Round;
import dev.retort.planning.next.ScheduledRuns;
import dev.retort.planning.next.StoreRuns;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort plan next}: which runs to make next, and when to stop. */
@Command(
        name = "next",
        sortOptions = false,
        customSynopsis = {
            "retort plan next FILE --target=N:D --tolerance=NATS --budget=FLOPS",
            "                        --sizes=N,... --tokens=D,... [OPTIONS]",
            "       retort plan next --store=STORE [--task=CLASS] --target=N:D",
            "                        --tolerance=NATS --budget=FLOPS --sizes=N,...",
            "                        --tokens=D,... [OPTIONS]"
        },
        description = {
            "Choose the runs to make next: those that tell most of an extrapolated loss for a FLOP,"
                    + " until its interval is tight enough or the budget is spent.",
            "With --task the scheduler of the store makes them, round after round, and no other."
        },
        footer = {
            "",
            "Examples:",
            "  ./retort plan next runs.csv --target 7B:2T --tolerance 0.02 --budget 1e21",
            "      --sizes 70M,160M,410M,1B --tokens 2B,5B,10B,20B",
            "  ./retort plan next --store lab --task com.example.Train --code 4f2a",
            "      --data web-1 --target 7B:2T --tolerance 0.02 --budget 1e21",
            "      --sizes 70M,160M --tokens 2B,5B"
        })
final class NextCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            converter = InputFile.class,
            description =
                    "CSV or Parquet file of runs: columns of N, D (or the FLOPs) and the loss, by the"
                            + " names of ./retort plan fit --help; or --store.")
    private @Nullable Path file;

    @Option(
            names = "--target",
            required = true,
            paramLabel = "N:D",
            description = "The run whose loss has to be known, such as 7B:2T.")
    private String target;

    @Option(
            names = "--tolerance",
            required = true,
            paramLabel = "NATS",
            description = "How exactly: the largest half-width of its interval, in nats a token.")
    private double tolerance;

    @Option(
            names = "--budget",
            required = true,
            paramLabel = "FLOPS",
            converter = QuantityOption.class,
            description =
                    "The FLOPs that further runs may spend; with --task in all, those that were made"
                            + " before the plan was ended included.")
    private double budget;

    @Option(
            names = "--sizes",
            required = true,
            paramLabel = "N",
            split = ",",
            converter = QuantityOption.class,
            description = "Parameters of the models that could be trained.")
    private List<Double> sizes;

    @Option(
            names = "--tokens",
            required = true,
            paramLabel = "D",
            split = ",",
            converter = QuantityOption.class,
            description = "Tokens that they could be trained on.")
    private List<Double> tokens;

    @Option(
            names = "--most-flops",
            paramLabel = "FLOPS",
            converter = QuantityOption.class,
            description = "The most FLOPs that one run may take; default the budget.")
    private @Nullable Double mostFlops;

    @Option(
            names = "--runs",
            paramLabel = "K",
            defaultValue = "4",
            description = "Runs of a round, made at a time; default ${DEFAULT-VALUE}.")
    private int most;

    @Mixin private final StoreOptions store = new StoreOptions();

    @Option(
            names = "--task",
            paramLabel = "CLASS",
            description =
                    "Make the runs by the scheduler: a Task that takes N and D. Known are then the"
                            + " runs of that task, --config, --code and --data. What else is"
                            + " queued in the store stays queued.")
    private @Nullable String task;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            defaultValue = "plan",
            description =
                    "What the names of those runs begin with. A plan that was ended goes on under its"
                            + " name, within its budget; default ${DEFAULT-VALUE}.")
    private String plan;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            split = ",",
            description =
                    "Further parameters of the task: numbers, true and false as in JSON, all else as"
                            + " text; a number in double quotes is text too.")
    private Map<String, String> config = Map.of();

    @Option(
            names = "--code",
            paramLabel = "ID",
            defaultValue = "1",
            description = "The version of the task's code; default ${DEFAULT-VALUE}.")
    private String code;

    @Option(
            names = "--data",
            paramLabel = "ID",
            defaultValue = "1",
            description = "The version of its data; default ${DEFAULT-VALUE}.")
    private String data;

    @Mixin private Workers workers;

    @Mixin private final RunOptions reading = new RunOptions();

    @Mixin private final Output output = new Output();

    @Override
    public Integer call() throws IOException {
        output.requireWritable();
        check(Given.of(spec));
        Map<String, Object> parameters = TaskParameters.parse(config);
        Target asked = Target.of("--target", List.of(target)).getFirst();
        Decision decision = new Decision(asked.parameters(), asked.tokens(), tolerance);
        Table table = file == null ? null : Table.read(file);
        boolean isUnitStated =
                table == null
                        ? reading.unit().isPresent()
                        : RunTable.isUnitStated(table, reading.reading());
        // The rounds of a task tell how it gets on.
        FitOptions options =
                reading.fit(
                                task == null
                                        ? FitProgress.to(spec.commandLine().getErr())
                                        : FitObserver.NONE)
                        .withStatedUnit(isUnitStated);
        PlanLoop loop =
                new PlanLoop(decision, candidates(options.convention()), options, budget, most);
        Round round;
        List<String> notes;
        if (table == null) {
            round = ofStore(loop, decision, parameters);
            notes = StoreOptions.unitNotes(reading);
        } else {
            RunTable runs = RunTable.of(table, reading.reading());
            reading.checkSchedules(runs.points());
            round = loop.plan(runs.points(), 0);
            notes = runs.notes();
        }
        NextReport report =
                new NextReport(
                        table == null ? store.location() : table.name(),
                        decision,
                        budget,
                        options.convention(),
                        round,
                        notes);
        output.write(spec.commandLine().getOut(), report::json, report::print, report::page);
        return 0;
    }

    /** The runs that could be made; what one of them may take is said by an option. */
    private List<Candidate> candidates(FlopConvention convention) {
        sizes.forEach(size -> PlanningException.requirePositive("--sizes", size));
        tokens.forEach(each -> PlanningException.requirePositive("--tokens", each));
        try {
            return Candidate.grid(
                    sizes, tokens, mostFlops == null ? budget : mostFlops, convention);
        } catch (PlanningException e) {
            throw e.within(mostFlops == null ? "--budget" : "--most-flops");
        }
    }

    private void check(Given given) {
        store.requireOneSource(file, given);
        reading.checkParametric(given);
        given.refuseWithout("--task", "--plan", "--config", "--code", "--data");
        given.refuseWithout("--task", Given.ofMixin(spec, "workers"));
        given.refuseWith("--task", "--experiment");
        if (task != null && store.isAbsent()) {
            throw new PlanningException("expected --store with --task, found a file");
        }
        StoreRuns names = store.names(reading);
        for (String name : List.of(names.parameters(), names.tokens())) {
            if (config.containsKey(name)) {
                throw new PlanningException(
                        "expected no %s with --config, which the plan chooses for each run, found %s"
                                .formatted(name, config.get(name)));
            }
        }
    }

    private Round ofStore(PlanLoop loop, Decision decision, Map<String, Object> parameters)
            throws IOException {
        String location = store.location();
        try (EventStore events = StoreLocation.open(location, task != null)) {
            Lab lab = new Lab(events, System.getProperty("user.name", "unknown"));
            StoreRuns names = store.names(reading);
            if (task == null) {
                List<LossPoint> known = names.points(lab, store.filter());
                reading.checkSchedules(known);
                return loop.plan(known, 0);
            }
            Workers.tellOfEnds(events, spec.commandLine().getErr());
            ScheduledRuns executor =
                    new ScheduledRuns(
                            lab,
                            plan,
                            "planning",
                            new Arm("template", task, parameters, code, data),
                            names,
                            () -> work(events, location));
            return loop.run(executor.known(), executor, round -> told(round, decision));
        } catch (StoreException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void work(EventStore events, String location) {
        List<String> left = workers.workUntilIdle(events, location, ScheduledRuns.ofPlan(plan));
        if (!left.isEmpty()) {
            throw new RefusedException(left.getFirst());
        }
    }

    private void told(Round round, Decision decision) {
        spec.commandLine().getErr().println(NextReport.line(round, decision));
        spec.commandLine().getErr().flush();
    }
}
