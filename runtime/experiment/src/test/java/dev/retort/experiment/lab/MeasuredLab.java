package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Samples;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.Scheduler;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.InProcess;
import dev.retort.experiment.state.RefusedException;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.Verdict;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** A lab whose runs are done in this process, and find an accuracy by their seed and arm. */
abstract class MeasuredLab {
    static final GroupSequential DESIGN = GroupSequential.usual();
    static final AnalysisPlan PLAN = new AnalysisPlan("with", "without", DESIGN);

    @TempDir Path folder;
    EventStore store;
    Lab lab;
    Verdicts verdicts;

    /** Finds an accuracy that depends on the seed, and a gain of the arm on top of it. */
    public static final class Measuring implements Task {
        @Override
        public Outcome run(TaskContext context) {
            if (Boolean.TRUE.equals(context.config().get("infeasible"))) {
                return new Outcome.Infeasible("it was told so");
            }
            double gain = (Double) Objects.requireNonNull(context.config().get("gain"));
            long seed = context.seed();
            return new Outcome.Finished(
                    Map.of("accuracy", 0.5 + 0.01 * seed + gain * (1 + 0.01 * seed)));
        }
    }

    @BeforeEach
    void open() {
        store = EventStore.open(folder);
        lab = new Lab(store, "ada");
        verdicts = new Verdicts(lab);
    }

    @AfterEach
    void close() {
        store.close();
    }

    Finding finding() {
        return verdicts.record("e").getFirst();
    }

    Verdict verdict() {
        return finding().verdict().orElseThrow();
    }

    @Nullable String refusal(ExperimentBuilder experiment) {
        return assertThrows(RefusedException.class, () -> lab.submit(experiment.build()))
                .getMessage();
    }

    void assertRefused(String message) {
        RefusedException refused = assertThrows(RefusedException.class, () -> verdicts.record("e"));
        assertEquals(message, refused.getMessage());
    }

    void submit(double gain, long... seeds) {
        lab.register(Samples.hypothesis("h").decidedBy(PLAN));
        lab.submit(
                experiment("e", seeds)
                        .hypothesis("h")
                        .arm(arm("with", Map.of("gain", gain)))
                        .arm(arm("without", Map.of("gain", 0.0)))
                        .build());
    }

    static ExperimentBuilder experiment(String id, long... seeds) {
        return new ExperimentBuilder(id, "vision").user("ada").seeds(seeds);
    }

    static Arm arm(String name, Map<String, Object> config) {
        return Samples.arm(name, Measuring.class.getName(), config);
    }

    void work() {
        SchedulerOptions options =
                SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                        .withExecution(new InProcess());
        try (Scheduler scheduler = Scheduler.start(store, options)) {
            scheduler.idle().join();
        }
    }
}
