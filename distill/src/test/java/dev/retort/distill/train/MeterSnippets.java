package dev.retort.distill.train;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;

import dev.retort.efficiency.FailureClass;

/** The examples of the documentation, compiled. */
final class MeterSnippets {
    private MeterSnippets() {}

    static void train(
            TrainingMeter meter, Trainer trainer, int epochs, Dataset measured, Dataset validation)
            throws Exception {
        // @start region="fail"
        try (meter) {
            try {
                EasyTrain.fit(trainer, epochs, measured, validation);
            } catch (Exception e) {
                meter.fail(FailureClass.USER_CODE, e);
                throw e;
            }
        }
        // @end
    }
}
