package dev.retort.device.kernels;

import dev.retort.device.gpu.DeviceMemory;

/**
 * The largest logits of each row, for storing in the place of all of them. It borrows the memory.
 *
 * @param logits {@code rows × k} floats, largest first
 * @param classes {@code rows × k} ints: the classes of the logits
 * @param rest a float for each row: {@code log Σ e^(logit / T)} over all other classes, −∞ if there
 *     are none. It holds for the temperature T at which it was taken, and no other
 * @param rows how many rows, at least 1
 * @param k logits of a row, from 1 to {@value #MOST}
 */
public record TopLogits(
        DeviceMemory logits, DeviceMemory classes, DeviceMemory rest, int rows, int k) {
    /** The largest k. */
    public static final int MOST = 1024;

    /** Checks the sizes. */
    public TopLogits {
        if (k < 1 || k > MOST) {
            throw new IllegalArgumentException(
                    "from 1 to %d logits of a row are stored, found %d".formatted(MOST, k));
        }
        Matrix.checkRoom("the logits", logits, (long) rows * k);
        Matrix.checkRoom("the classes", classes, (long) rows * k);
        Matrix.checkRoom("the rest of each row", rest, rows);
    }
}
