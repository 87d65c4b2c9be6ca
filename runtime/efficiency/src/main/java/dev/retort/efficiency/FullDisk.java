package dev.retort.efficiency;

import java.util.List;

/**
 * Tells from an error that a disk, or what a user may take of it, is full. The JVM has no type for
 * that: it repeats the words of the C library, which are known here in English.
 */
public final class FullDisk {
    /** A chain of causes that is longer goes round in a circle. */
    private static final int MOST_CAUSES = 100;

    /** Of ENOSPC and EDQUOT. */
    private static final List<String> WORDS =
            List.of("No space left on device", "Disk quota exceeded");

    private FullDisk() {}

    /**
     * Whether an error, or one of its causes, says so.
     *
     * @param error what was thrown
     * @return true if it does
     */
    public static boolean isMeantBy(Throwable error) {
        Throwable next = error;
        for (int i = 0; next != null && i < MOST_CAUSES; i++) {
            String message = String.valueOf(next.getMessage());
            if (WORDS.stream().anyMatch(message::contains)) {
                return true;
            }
            next = next.getCause();
        }
        return false;
    }
}
