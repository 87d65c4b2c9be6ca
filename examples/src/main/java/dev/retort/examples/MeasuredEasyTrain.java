package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.translate.TranslateException;

import dev.retort.distill.Networks;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.TrainingMeter;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;

import java.io.IOException;

/** An ordinary DJL program that two added lines make say where its time goes. */
public final class MeasuredEasyTrain {
    private MeasuredEasyTrain() {}

    /**
     * Trains on digits and prints the account.
     *
     * @param arguments none
     * @throws IOException never: the digits are in memory
     * @throws TranslateException never: the digits need no translation
     */
    public static void main(String[] arguments) throws IOException, TranslateException {
        System.setProperty("OPT_OUT_TRACKING", "true");
        RunAccount account = train(5);
        for (Region region : account.ledger().regions()) {
            System.out.printf("%-10s %5.1f %%%n", region, 100 * account.ledger().share(region));
        }
        System.out.printf("%.0f samples/s%n", account.itemsPerSecond().orElse(Double.NaN));
    }

    static RunAccount train(int epochs) throws IOException, TranslateException {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("digits")) {
            Dataset data = dataset(Digits.load().train(), manager);
            model.setBlock(Networks.mlp(new int[] {16}, 10));
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .addTrainingListeners(TrainingListener.Defaults.basic());
            TrainingMeter meter = TrainingMeter.attach(config, "digits"); // line 1
            Dataset measured = meter.measured(data); // line 2
            try (meter;
                    Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(new Shape(1, 64));
                EasyTrain.fit(trainer, epochs, measured, null);
                return meter.account();
            }
        }
    }

    private static Dataset dataset(LabelledData digits, NDManager manager) {
        return new ArrayDataset.Builder()
                .setData(digits.features(manager))
                .optLabels(digits.labels(manager))
                .setSampling(32, true)
                .build();
    }
}
