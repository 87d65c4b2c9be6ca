package dev.retort.experiment.packing;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * What is looked at to decide whether runs share a device. Immutable.
 *
 * @param question what is asked
 * @param device the device by its index
 * @param memoryBytes its memory
 * @param members who shares it, or would, in the order in which they came
 * @param after the number of the last event that was known, or {@code null} in logs from before
 *     that was recorded
 */
public record Weighing(
        Question question,
        int device,
        long memoryBytes,
        List<Member> members,
        @Nullable Long after) {
    /** Checks and copies the components. */
    public Weighing {
        Objects.requireNonNull(question, "question is null");
        members = List.copyOf(members);
        if (members.size() < 2) {
            throw new IllegalArgumentException(
                    "a device is shared by " + members.size() + ": expected at least 2");
        }
    }

    /** What can be asked. */
    public enum Question {
        /** May the last of them come to the others? */
        JOIN,
        /** Do they get more done than one after the other, or must the last one go? */
        PACE,
        /** The last of them ran out of memory: does it go on alone? */
        OUT_OF_MEMORY
    }

    /** The run that it is about. */
    public Member subject() {
        return members.getLast();
    }

    /** The others. */
    public List<Member> others() {
        return members.subList(0, members.size() - 1);
    }
}
