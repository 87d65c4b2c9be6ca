package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.train.Checkpointing;
import dev.retort.distill.train.StopRequest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Where and when the trainings of a study save their state: each in a folder of its own, {@code
 * seed-1/teacher}, with its ledger. A study that is run again with the same folder goes on where it
 * was, and does not repeat a training that was finished.
 *
 * @param folder the folder of the study
 * @param everySteps steps from one checkpoint of a training to the next; 0 to go by time alone
 * @param every time from one to the next; zero to go by steps alone, and with neither by what
 *     saving costs, as {@link Checkpointing} says
 * @param kept how many of the latest checkpoints of each training stay, at least 1
 * @param stop has the study save and stop
 */
public record StudyCheckpoints(
        Path folder, long everySteps, Duration every, int kept, StopRequest stop) {
    /** Checks the components. */
    public StudyCheckpoints {
        requireNonNull(folder, "folder is null");
        requireNonNull(every, "every is null");
        requireNonNull(stop, "stop is null");
    }

    /** The checkpoints of one training. */
    CheckpointFolder of(long seed, Role role) {
        return new CheckpointFolder(folder(folder, seed, role), kept);
    }

    /** Where the checkpoints of one training are, in the folder of a study. */
    static Path folder(Path study, long seed, Role role) {
        return study.resolve("seed-" + seed).resolve(role.label().replace(' ', '-'));
    }

    /** How one training saves. */
    Checkpointing settings(CheckpointFolder training, Map<String, String> identity) {
        return new Checkpointing(training, identity, everySteps, every);
    }
}
