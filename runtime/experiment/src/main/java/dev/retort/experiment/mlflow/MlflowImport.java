package dev.retort.experiment.mlflow;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Run;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.state.FencedException;
import dev.retort.experiment.state.LabState;
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
 * arm a run, called as the run is there. They decide no hypothesis, since none was registered
 * before they ran; they took no time here; and a result is never reused, since nobody knows what
 * code and data it came from.
 */
public final class MlflowImport {
    private static final String ACTOR = "mlflow-import";
    private static final int MOST_TRIES = 20;

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
        if (store.read(state -> state.experiment(id)).isPresent()) {
            throw new RefusedException("experiment " + id + " exists already");
        }
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
                        .tag(Experiment.IMPORTED, server.toString())
                        .tag("mlflow.experiment", name);
        runs.forEach(run -> builder.arm(arm(run)));
        record(store, builder.build(), runs);
        return runs.size();
    }

    private static Arm arm(MlflowRun run) {
        Map<String, Object> config = new HashMap<>(run.parameters());
        config.put("mlflow.run", run.id());
        return new Arm(run.id(), "mlflow", config, "unknown", "unknown");
    }

    /** In one batch: all of it or nothing, and no scheduler takes up a run in between. */
    private static void record(EventStore store, Experiment experiment, List<MlflowRun> runs) {
        for (int tries = 1; ; tries++) {
            store.refresh();
            long last = store.read(LabState::lastSeq);
            try {
                store.record(new Batch(ACTOR, null, events(experiment, runs, last)));
                return;
            } catch (FencedException e) {
                // Another process wrote meanwhile, so that the tokens are those of other events.
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static List<Event> events(Experiment experiment, List<MlflowRun> runs, long last) {
        List<Event> events = new ArrayList<>();
        events.add(new ExperimentSubmitted(experiment));
        for (int i = 0; i < runs.size(); i++) {
            MlflowRun found = runs.get(i);
            Run run = experiment.run(experiment.arms().get(i), experiment.seeds().getFirst());
            events.add(new RunPlanned(run));
            events.add(new RunQueued(run.id(), 0, "imported"));
            events.add(new RunAdmitted(run.id(), 1, ACTOR, "mlflow", List.of()));
            // The number of the event before it, once they are recorded.
            long token = last + events.size();
            events.add(new AttemptEnded(run.id(), token, CauseOfEnd.COMPLETED, "imported", 0));
            events.add(
                    new RunEnded(
                            run.id(),
                            RunState.SUCCEEDED,
                            "imported from run " + found.name(),
                            finite(found.metrics()),
                            null,
                            null));
        }
        return events;
    }

    private static Map<String, Double> finite(Map<String, Double> metrics) {
        Map<String, Double> values = new HashMap<>(metrics);
        values.values().removeIf(value -> !Double.isFinite(value));
        return values;
    }
}
