package dev.retort.distill.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The loss or a parameter became infinite or not a number; the model's parameters are of no use any
 * more. A checkpoint that was made before stays.
 */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Path> batch;

    /**
     * The training loss.
     *
     * @param loss what it became
     * @param step the first step with such a loss
     * @param offender the mini-batch of that step
     */
    TrainingDivergedException(double loss, long step, DivergedBatch.Report offender) {
        super(
                "the training loss became %s in step %d (%s); a lower learning rate or a smaller gradient norm may help"
                        .formatted(loss, step, offender.words()));
        batch = offender.file();
        offender.trouble().ifPresent(this::addSuppressed);
    }

    /**
     * What the training trains, or its optimizer's state.
     *
     * @param array the name of the array that is no finite number
     * @param step the step after which it was found
     */
    TrainingDivergedException(String array, long step) {
        super(
                "'%s' holds values that are no finite numbers after step %d; a lower learning rate or a smaller gradient norm may help"
                        .formatted(array, step));
        batch = Optional.empty();
    }

    TrainingDivergedException(double validationLoss, int epoch) {
        super(
                ("the validation loss became %s after epoch %d; a lower learning rate or a smaller"
                                + " gradient norm may help")
                        .formatted(validationLoss, epoch));
        batch = Optional.empty();
    }

    /**
     * Where the mini-batch was written to whose loss was no number.
     *
     * @return a safetensors file with its arrays, positions, step and loss, if there is one
     */
    public Optional<Path> batch() {
        return batch;
    }
}
