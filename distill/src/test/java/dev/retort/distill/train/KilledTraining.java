package dev.retort.distill.train;

import java.nio.file.Path;

/**
 * The process that {@link KilledTrainingTest} kills: trains, says each step as it begins, and at
 * the end what the training came to.
 */
final class KilledTraining {
    static final String DONE = "done ";

    private KilledTraining() {}

    public static void main(String[] arguments) {
        ResumableTraining training =
                new ResumableTraining(
                        Path.of(arguments[0]),
                        new StopRequest(),
                        step -> {
                            System.out.println(step);
                            System.out.flush();
                        });
        ResumableTraining.Outcome outcome = training.run();
        System.out.println(
                DONE
                        + outcome.weights()
                        + " "
                        + outcome.epochs()
                        + " kept "
                        + outcome.account().kept().steps());
    }
}
