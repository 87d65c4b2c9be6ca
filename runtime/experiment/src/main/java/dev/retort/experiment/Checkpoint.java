package dev.retort.experiment;

import java.util.Objects;

/**
 * A state from which a run can go on.
 *
 * @param step how many steps were done
 * @param path the folder or file that holds it, relative to the folder of the lab
 * @param sha256 the hash of its content, as 64 hexadecimal digits
 * @param bytes its size
 */
public record Checkpoint(long step, String path, String sha256, long bytes) {
    /** Checks the components. */
    public Checkpoint {
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(sha256, "sha256 is null");
        if (step < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "a checkpoint has step "
                            + step
                            + " and "
                            + bytes
                            + " bytes: expected neither negative");
        }
    }
}
