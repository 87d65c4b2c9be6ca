package dev.retort.examples.lab;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Budget;
import dev.retort.experiment.Direction;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.lab.Decider;
import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.schedule.Capacity;
import dev.retort.experiment.schedule.SchedulerOptions;
import dev.retort.experiment.schedule.SchedulerOptions.ChildJvms;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.task.CodeVersion;
import dev.retort.experiment.verdict.GroupSequential;

import java.nio.file.Path;
import java.util.Map;

/**
 * An experiment in Java: do a teacher's soft labels help a student that sees 100 labels? The
 * hypothesis is registered, runs are made until it is decided, and the verdict is printed. {@code
 * ./retort lab --store FOLDER report} makes a page of it, and started again it only says it again.
 */
public final class SoftLabels {
    private SoftLabels() {}

    /**
     * Runs the experiment.
     *
     * @param arguments the folder of the store
     */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        Hypothesis hypothesis =
                new Hypothesis(
                                "soft-labels",
                                "vision",
                                "A teacher's soft labels help a student that sees 100 labels.",
                                "accuracy",
                                Direction.HIGHER_IS_BETTER,
                                0.01,
                                0.05,
                                Budget.unlimited())
                        .decidedBy(new AnalysisPlan("soft", "hard", GroupSequential.usual()));
        ExperimentBuilder experiment =
                new ExperimentBuilder("soft-labels-java", "vision")
                        .hypothesis(hypothesis.id())
                        .arm(arm("soft", 4, 0.9))
                        .arm(arm("hard", 4, 0))
                        .seeds(1, 2, 3, 4, 5, 6, 7);
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "example");
            lab.register(hypothesis);
            lab.submit(experiment.build());
            for (Finding finding :
                    new Decider(lab, store, options(folder)).decide("soft-labels-java")) {
                System.out.println(finding.verdict().orElseThrow().reason());
            }
        }
    }

    private static Arm arm(String name, double temperature, double softWeight) {
        return new Arm(
                name,
                DistilDigits.class.getName(),
                Map.of("temperature", temperature, "softWeight", softWeight, "labels", 100),
                CodeVersion.of(DistilDigits.class.getName()),
                "digits");
    }

    private static SchedulerOptions options(Path folder) {
        return SchedulerOptions.standard(folder, Capacity.ofThisMachine())
                .withExecution(
                        ChildJvms.standard()
                                .withJvmOptions(
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-Dai.djl.default_engine=Retort"));
    }
}
