package dev.retort.distill.train;

import static dev.retort.distill.checkpoint.NewestStep.newestStep;

import dev.retort.distill.checkpoint.CheckpointFolder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link KilledTrainingTest} kills: says from which step it goes on, trains, says
 * each step as it begins, and at the end what the training came to.
 */
final class KilledTraining {
    static final String FROM = "from ";
    static final String DONE = "done ";

    private KilledTraining() {}

    /**
     * Trains.
     *
     * @param arguments the folder, the seed of the initial parameters, milliseconds before a step
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long pause = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[2]));
        say(FROM + newestStep(new CheckpointFolder(folder, 2)));
        ResumableTraining training =
                new ResumableTraining(
                        folder,
                        new StopRequest(),
                        step -> {
                            say(Long.toString(step));
                            LockSupport.parkNanos(pause);
                        });
        ResumableTraining.Outcome outcome =
                training.initialised(Long.parseLong(arguments[1])).run();
        say(
                DONE
                        + outcome.weights()
                        + " "
                        + outcome.epochs()
                        + " kept "
                        + outcome.account().kept().steps());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
