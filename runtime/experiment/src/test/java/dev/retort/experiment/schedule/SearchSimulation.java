package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.lab.Replayed;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.SearchReplay;
import dev.retort.experiment.search.EarlyStopping;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.Proposer;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Searches in virtual time. */
abstract class SearchSimulation extends Simulation {
    static final int MOST = 64;
    static final Rungs RUNGS = new Rungs(1, MOST, 4);
    static final SearchSpace SPACE =
            SearchSpace.of(
                    new Parameter.Continuous("rate", 1e-4, 1, Parameter.Scale.LOG),
                    new Parameter.Whole("width", 1, 8, Parameter.Scale.LINEAR));

    /** What is decided depends on what is known of by then. */
    SearchSimulation() {
        time.oneByOne = true;
    }

    /** Curves that cross: a high rate learns fast at first. */
    static double loss(String arm, Map<String, Object> config, int epochs) {
        double rate = (Double) Objects.requireNonNull(config.get("rate"));
        double width = (Long) Objects.requireNonNull(config.get("width"));
        double floor = 0.2 + Math.pow(Math.log10(rate) + 2, 2) / 8 + Math.abs(width - 5) / 40;
        return floor + Math.pow(epochs, -0.4 - 0.3 * rate);
    }

    static Experiment search(
            String id, Proposer proposer, int trials, @Nullable EarlyStopping stopping) {
        SearchPlan plan =
                new SearchPlan(
                        "loss",
                        Direction.LOWER_IS_BETTER,
                        SPACE,
                        proposer,
                        3,
                        trials,
                        4,
                        stopping,
                        Samples.arm("trial", "no.Task", Map.of("by", proposer.toString())));
        return new ExperimentBuilder(id, "vision").search(plan).build();
    }

    SimulatedTraining training() {
        return new SimulatedTraining(time, SearchSimulation::loss, MOST, RUNGS.epochs()::contains);
    }

    SimulatedTraining run(Experiment experiment) {
        lab.submit(experiment);
        return untilIdle(options(4), training());
    }

    /** A scheduler from its start until nothing is left to do. */
    SimulatedTraining untilIdle(SchedulerOptions options, SimulatedTraining training) {
        Scheduler scheduler = Scheduler.start(store, options, training, time, host.machine());
        var idle = scheduler.idle();
        assertTrue(time.runUntil(idle::isDone, DAY.multipliedBy(10), store));
        closeWhileTimePasses(scheduler);
        return training;
    }

    Map<RunState, Long> states(String experiment) {
        return lab.runs(RunFilter.ofExperiment(experiment)).stream()
                .collect(Collectors.groupingBy(RunView::state, Collectors.counting()));
    }

    void replays(String experiment, int least) {
        Replayed result = SearchReplay.of(store, List.of(experiment));
        assertEquals(List.of(), result.differences());
        assertTrue(result.count() >= least, result::toString);
    }
}
