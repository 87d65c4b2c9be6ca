package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;

import dev.retort.distill.data.LabelledData;

/** What the tests of {@link TrainingMeter} train with. */
final class MeteredDigits {
    static final int BATCH = 32;

    private MeteredDigits() {}

    static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .addTrainingListeners(TrainingListener.Defaults.basic());
    }

    /** In the order of the data. */
    static Dataset dataset(LabelledData part, NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(part.features(manager))
                .optLabels(part.labels(manager))
                .setSampling(BATCH, false)
                .build();
    }
}
