package dev.retort.examples;

import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.nio.file.Path;

/** A process with a run that shows itself, for tests of who looks. */
final class PublishedRun {
    private PublishedRun() {}

    /**
     * Trains until standard input ends, which a parent closes; then the run has succeeded.
     *
     * @param arguments the folder and the name of the run
     */
    public static void main(String[] arguments) throws Exception {
        try (RunMeter meter =
                RunOptions.of(arguments[1])
                        .tag("team", "vision")
                        .publish(Path.of(arguments[0]))
                        .open()) {
            System.out.println("open");
            while (System.in.available() == 0) {
                meter.beginStep();
                meter.begin(Region.INPUT);
                Thread.sleep(2);
                meter.end(Region.INPUT);
                meter.begin(Region.STEP);
                Thread.sleep(8);
                meter.end(Region.STEP);
                meter.endStep(32);
                meter.begin(Region.EVALUATION);
                meter.end(Region.EVALUATION);
                if (meter.snapshot().steps() % 300 == 0) {
                    meter.commit();
                }
            }
            meter.finish();
        }
    }
}
