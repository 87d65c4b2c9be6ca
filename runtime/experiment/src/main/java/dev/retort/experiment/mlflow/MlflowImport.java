package dev.retort.experiment.mlflow;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.Batch;
import dev.retort.experiment.store.EventStore;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fetches the finished runs of a tracking server's experiment into a store, as an experiment of an
 * arm a run. They decide no hypothesis, since none was registered before they ran; they took no
 * time here; and a result is never reused, since nobody knows what code and data it came from.
 */
public final class MlflowImport {
    private static final String ACTOR = "mlflow-import";

    private MlflowImport() {}

    /**
     * Imports an experiment.
     *
     * @param server the URL of the tracking server
     * @param name the name of the experiment there
     * @param store where to
     * @param id the name of the experiment here
     * @param team whose it is
     * @return how many runs were imported
     * @throws MlflowException if the server does not do what it should
     * @throws RefusedException if there is an experiment of that name already, or no finished run
     * @throws InterruptedException if the thread was interrupted
     */
    public static int read(URI server, String name, EventStore store, String id, String team)
            throws IOException, InterruptedException {
        List<MlflowRun> runs =
                MlflowRun.fetch(server, name).stream()
                        .filter(run -> run.status().equals("FINISHED"))
                        .toList();
        if (runs.isEmpty()) {
            throw new RefusedException(
                    "experiment " + name + " at " + server + " has no run that has finished");
        }
        ExperimentBuilder builder =
                new ExperimentBuilder(id, team)
                        .reuse(false)
                        .tag("imported", server.toString())
                        .tag("mlflow.experiment", name);
        for (int i = 0; i < runs.size(); i++) {
            builder.arm(arm(i, runs.get(i)));
        }
        Experiment experiment = builder.build();
        List<Event> submitted = new ArrayList<>();
        submitted.add(new ExperimentSubmitted(experiment));
        for (Arm arm : experiment.arms()) {
            submitted.add(new RunPlanned(experiment.run(arm, experiment.seeds().getFirst())));
        }
        store.record(new Batch(ACTOR, "experiment/" + id, submitted));
        for (int i = 0; i < runs.size(); i++) {
            String run =
                    experiment.run(experiment.arms().get(i), experiment.seeds().getFirst()).id();
            finish(store, run, runs.get(i));
        }
        return runs.size();
    }

    private static Arm arm(int number, MlflowRun run) {
        Map<String, Object> config = new HashMap<>(run.parameters());
        config.put("mlflow.run", run.id());
        return new Arm("run-" + number, "mlflow", config, "unknown", "unknown");
    }

    /** In one batch, so that no scheduler takes it up. */
    private static void finish(EventStore store, String run, MlflowRun found) {
        Map<String, Double> values = new HashMap<>(found.metrics());
        values.values().removeIf(value -> !Double.isFinite(value));
        long token = store.read(state -> state.lastSeq()) + 2;
        store.record(
                Batch.of(
                        ACTOR,
                        new RunQueued(run, 0, "imported"),
                        new RunAdmitted(run, 1, ACTOR, "mlflow", List.of()),
                        new AttemptEnded(run, token, CauseOfEnd.COMPLETED, "imported", 0),
                        new RunEnded(
                                run,
                                RunState.SUCCEEDED,
                                "imported from run " + found.name(),
                                values,
                                null,
                                null)));
    }
}
