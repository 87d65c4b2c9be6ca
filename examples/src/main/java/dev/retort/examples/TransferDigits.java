package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.retort.distill.Networks;
import dev.retort.distill.PairedDifference;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.transfer.Heads;
import dev.retort.distill.transfer.TransferPlan;
import dev.retort.distill.transfer.TransferStage;
import dev.retort.distill.transfer.TransferTraining;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network that knows the digits 0 to 4 learns 5 to 9 from 20 labels in 60 epochs, and each way to
 * do so minus plain fine-tuning: {@code java --enable-native-access=ALL-UNNAMED -cp
 * "examples/target/*:examples/target/lib/*" dev.retort.examples.TransferDigits}
 */
public final class TransferDigits {
    private static final int SEEDS = 10;
    private static final Loss LOSS = Loss.softmaxCrossEntropyLoss();
    private static final TrainingPlan PRETRAINING = TrainingPlan.of(20, 32, 3e-3f);
    private static final TrainingPlan TUNING = TrainingPlan.of(60, 10, 3e-3f);
    private static final TrainingPlan PROBING = TrainingPlan.of(60, 10, 1e-2f);
    static final List<String> WAYS = List.of("tune", "scratch", "probe", "probe, tune", "unfreeze");

    private TransferDigits() {}

    /** Compares ways to transfer over seeds. */
    public static void main(String[] arguments) {
        System.setProperty("OPT_OUT_TRACKING", "true");
        double[] tuned = new double[SEEDS];
        for (String way : WAYS) {
            double[] own = IntStream.range(0, SEEDS).mapToDouble(i -> accuracy(way, i)).toArray();
            tuned = way.equals("tune") ? own : tuned;
            double[] gains = own.clone();
            for (int i = 0; i < SEEDS; i++) {
                gains[i] -= tuned[i];
            }
            double mean = 100 * Arrays.stream(own).average().orElseThrow();
            System.out.printf("%-16s %.1f %%  %s%n", way, mean, PairedDifference.of(gains));
        }
    }

    private static double accuracy(String way, int seed) {
        DataSplit data = Digits.load();
        try (Model model = Model.newInstance(way);
                RunMeter meter = RunOptions.of(way).open()) {
            NDManager manager = model.getNDManager();
            manager.getEngine().setRandomSeed(seed);
            Block network = Networks.mlp(new int[] {64, 32}, 5);
            network.initialize(manager, DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(network);
            var training = new TransferTraining(model, LOSS, meter, TrainingObserver.NONE);
            if (!way.equals("scratch")) {
                var all = new TransferStage(TransferPlan.trainAll(), PRETRAINING);
                training.run(List.of(all), digits(data.train(), 0, 600, seed, manager), null);
                Block head = Networks.mlp(new int[0], 5);
                model.setBlock(Heads.replace(network, head, new Shape(64), manager));
            }
            training.run(
                    stages(way, model.getBlock()),
                    digits(data.train(), 5, 20, seed, manager),
                    null);
            TensorSource test = digits(data.test(), 5, 220, seed, manager);
            return Evaluation.of(model.getBlock(), test, manager).accuracy();
        }
    }

    /** The stages of a way, which share the epochs that each way has. */
    static List<TransferStage> stages(String way, Block network) {
        List<TransferStage> both = TransferStage.probeThenTune(network, PROBING, TUNING);
        List<TransferStage> stages =
                switch (way) {
                    case "probe" -> both.subList(0, 1);
                    case "probe, tune" -> both;
                    case "unfreeze" -> TransferStage.gradual(network, TUNING);
                    default -> both.subList(1, 2);
                };
        int epochs = TUNING.epochs() / stages.size();
        return stages.stream()
                .map(stage -> new TransferStage(stage.plan(), stage.training().withEpochs(epochs)))
                .toList();
    }

    private static TensorSource digits(
            LabelledData data, int first, int count, int seed, NDManager manager) {
        IntStream all = IntStream.range(0, data.size());
        LabelledData five = data.select(all.filter(i -> data.label(i) / 5 == first / 5).toArray());
        int most = Math.min(count, five.size());
        LabelledData some = five.select(DataSplit.stratifiedSample(five, most, seed));
        NDList labels = new NDList(some.labels(manager).sub(first));
        return TensorSource.shuffled(some.features(manager), labels, 20, seed);
    }
}
