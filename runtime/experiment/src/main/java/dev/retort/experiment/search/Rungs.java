package dev.retort.experiment.search;

import java.util.ArrayList;
import java.util.List;

/**
 * The epochs at which trials are compared: {@code least}, times {@code factor} each, and {@code
 * most}; the last step is a shorter one where {@code most} is no such multiple.
 *
 * @param least the epochs before a trial may be stopped, at least 1
 * @param most the epochs of a trial that is never stopped
 * @param factor one of so many goes on to the next rung, at least 2
 */
public record Rungs(int least, int most, int factor) {
    /** Checks the figures. */
    public Rungs {
        if (least < 1 || most < least || factor < 2) {
            throw new IllegalArgumentException(
                    "expected least epochs from 1, most from least and a factor from 2, found %d, %d and %d"
                            .formatted(least, most, factor));
        }
    }

    /**
     * The rungs.
     *
     * @return their epochs in ascending order, the last {@code most}
     */
    public List<Integer> epochs() {
        List<Integer> epochs = new ArrayList<>();
        for (long epoch = least; epoch < most; epoch *= factor) {
            epochs.add((int) epoch);
        }
        epochs.add(most);
        return List.copyOf(epochs);
    }

    /** The next rung above some epochs. */
    int above(int trained) {
        return epochs().stream().filter(epoch -> epoch > trained).findFirst().orElse(most);
    }
}
