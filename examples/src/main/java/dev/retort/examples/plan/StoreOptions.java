package dev.retort.examples.plan;

import dev.retort.examples.lab.StoreLocation;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.store.StoreException;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.next.StoreRuns;
import dev.retort.planning.table.RunTable;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Which runs of an experiment store are read, and by which names. */
final class StoreOptions {
    @Option(
            names = "--store",
            paramLabel = "STORE",
            description =
                    "Read the finished runs of an experiment store, as \"lab --store\" takes it,"
                            + " instead of a file.")
    private @Nullable String store;

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description = "With --store: the runs of this experiment alone.")
    private @Nullable String experiment;

    @Option(
            names = "--names",
            paramLabel = "N,D,L",
            defaultValue = "params,tokens,loss",
            description =
                    "With --store: what N and D (parameters of the task, or results) and the loss"
                            + " (a result) are called; default ${DEFAULT-VALUE}. Their flops and"
                            + " schedule_tokens are read where they have them.")
    private String names;

    boolean isAbsent() {
        return store == null;
    }

    String location() {
        return Objects.requireNonNull(store, "no store is named");
    }

    /** A file or a store: one of both, and only one, and no option of the other. */
    void requireOneSource(@Nullable Path file, Given given) {
        if ((file == null) == (store == null)) {
            throw new PlanningException(
                    "expected a file or --store, found %s"
                            .formatted(file == null ? "neither" : "both"));
        }
        check(given);
    }

    /** Refuses what names the runs of a store without one, and columns of a file with one. */
    static void check(Given given) {
        given.refuseWithout("--store", "--experiment", "--names");
        given.refuseWith("--store", "--column");
    }

    /** The finished runs of the store. */
    RunTable read(RunOptions reading) throws IOException {
        try (EventStore events = StoreLocation.open(location(), false)) {
            Lab lab = new Lab(events, System.getProperty("user.name", "unknown"));
            return new RunTable(names(reading).points(lab, filter()), unitNotes(reading));
        } catch (StoreException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What a reader has to know of the unit of the losses. */
    static List<String> unitNotes(RunOptions reading) {
        return reading.unit().isPresent()
                ? List.of()
                : List.of("No unit of the loss was named: it was taken as nats.");
    }

    RunFilter filter() {
        return experiment == null ? RunFilter.all() : RunFilter.ofExperiment(experiment);
    }

    StoreRuns names(RunOptions reading) {
        String[] parts = names.split(",", -1);
        if (parts.length != 3) {
            throw new PlanningException(
                    "expected three names such as params,tokens,loss, found " + names);
        }
        return new StoreRuns(parts[0], parts[1], parts[2], reading.unit().orElse(LossUnit.NATS));
    }
}
