package dev.retort.distill.train;

/** The loss became infinite or not a number; the model's parameters are of no use any more. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TrainingDivergedException(double loss, long firstStep, long lastStep) {
        super(
                ("the training loss became %s between steps %d and %d; a lower learning rate or a"
                                + " smaller gradient norm may help")
                        .formatted(loss, firstStep, lastStep));
    }

    TrainingDivergedException(double validationLoss, int epoch) {
        super(
                ("the validation loss became %s after epoch %d; a lower learning rate or a smaller"
                                + " gradient norm may help")
                        .formatted(validationLoss, epoch));
    }
}
