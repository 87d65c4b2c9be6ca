package dev.retort.examples.lab;

import dev.retort.experiment.lab.ComparisonBuilder;
import dev.retort.experiment.lab.Decider;
import dev.retort.experiment.lab.Finding;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.Submission;
import dev.retort.experiment.store.EventStore;
import dev.retort.experiment.verdict.Claim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An experiment in Java: do a teacher's soft labels help a student that sees 100 labels? The
 * hypothesis is registered, runs are made until it is decided, the verdict is printed, and a page
 * is written. Started again it only says it again; {@code ./retort lab} knows the folder as any
 * other: {@code ./retort lab list --store FOLDER}.
 *
 * <p>Run after {@code ./retort --version}, which builds: {@code java
 * --enable-native-access=ALL-UNNAMED -cp "examples/target/*:examples/target/lib/*"
 * dev.retort.examples.lab.SoftLabels FOLDER}
 */
public final class SoftLabels {
    private SoftLabels() {}

    /**
     * Runs the experiment.
     *
     * @param arguments the folder of the store
     * @throws IOException if the page cannot be written
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "expected the folder of the store, found " + List.of(arguments));
        }
        Path folder = Path.of(arguments[0]);
        Submission comparison =
                new ComparisonBuilder("soft-labels-java", "vision", DistilDigits.class, "digits")
                        .claim(
                                "A teacher's soft labels help a student that sees 100 labels.",
                                Claim.increases("accuracy", 0.01))
                        .config(Map.of("temperature", 4.0, "labels", 100))
                        .treatment("soft", Map.of("softWeight", 0.9))
                        .control("hard", Map.of("softWeight", 0.0))
                        .build();
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "example");
            Decider decider = new Decider(lab, store, Children.scheduling(folder));
            for (Finding finding : decider.decide(comparison)) {
                System.out.println(finding.verdict().orElseThrow().reason());
            }
            System.out.println(LabReport.write(lab, store, folder, folder.resolve("lab.html")));
        }
    }
}
