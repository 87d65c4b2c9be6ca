package dev.retort.experiment.worker;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * What a child tells its parent on its standard output: a line that begins with a control character
 * no program prints by itself. All other lines are output of the task.
 *
 * @param hello the process, at its beginning
 * @param progress a number that grows while the task is at work
 * @param use what it has done and held so far, with the progress
 * @param stepped whether the task gave a sign of work done; said at once and with each progress
 *     after that
 * @param number that of the request, from 1; 0 without one
 * @param checkpoint a checkpoint that is to be recorded
 * @param report a report that is to be recorded
 * @param result how the attempt ended
 */
public record Message(
        @Nullable Long hello,
        @Nullable Long progress,
        @Nullable Use use,
        boolean stepped,
        long number,
        @Nullable Checkpoint checkpoint,
        @Nullable EpochReport report,
        @Nullable AttemptResult result) {
    private static final char MARK = '\u0001';

    static Message hello(long pid) {
        return new Message(pid, null, null, false, 0, null, null, null);
    }

    static Message progress(long count, Use use, boolean stepped) {
        return new Message(null, count, use, stepped, 0, null, null, null);
    }

    static Message firstStep() {
        return new Message(null, null, null, true, 0, null, null, null);
    }

    static Message of(long number, Checkpoint checkpoint) {
        return new Message(null, null, null, false, number, checkpoint, null, null);
    }

    static Message of(long number, EpochReport report) {
        return new Message(null, null, null, false, number, null, report, null);
    }

    static Message of(AttemptResult result) {
        return new Message(null, null, null, false, 0, null, null, result);
    }

    /** The message of a line, if it is one. */
    public static Optional<Message> parse(String line) {
        if (line.isEmpty() || line.charAt(0) != MARK) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(line.substring(1), Message.class));
        } catch (IllegalArgumentException _) {
            // Native code printed into the middle of it.
            return Optional.empty();
        }
    }

    /**
     * The line of the message; begins with a line break, since something else may be unfinished.
     */
    String line() {
        return "\n" + MARK + Json.write(this) + "\n";
    }
}
