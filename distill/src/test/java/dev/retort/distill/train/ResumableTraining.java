package dev.retort.distill.train;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;

import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.LabelledData;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A training with all that a resumed one could get wrong: dropout, batch normalisation, shuffling,
 * augmentation, a moving average, the best epoch, a window of losses that is longer than an epoch's
 * rest, and batches in parts.
 */
final class ResumableTraining {
    static final TrainingPlan PLAN =
            TrainingPlan.of(4, 64, 1e-2f)
                    .withReadEvery(7)
                    .withAverageDecay(0.95)
                    .withMicroBatches(2)
                    .withWeightDecay(0.01f);

    /** Steps of the whole training: 1,167 samples in batches of 64, four times. */
    static final int STEPS = 4 * 19;

    private static final int EVERY_STEPS = 5;
    private static final long SEED = 3;

    private final Path folder;
    private final StopRequest stop;
    private final LongConsumer stepped;
    private long initialSeed = SEED;

    /**
     * What a training came to.
     *
     * @param weights a hash of the parameters of the last and of the best epoch
     * @param epochs their losses, as their bits
     * @param account the ledger
     */
    record Outcome(String weights, List<String> epochs, RunAccount account) {}

    /**
     * A training.
     *
     * @param folder holds its checkpoints and its ledger
     * @param stop stops it
     * @param stepped is told of each step before it is made, counted from 1 in this run
     */
    ResumableTraining(Path folder, StopRequest stop, LongConsumer stepped) {
        this.folder = folder;
        this.stop = stop;
        this.stepped = stepped;
    }

    /** Begins with other parameters, which a checkpoint replaces. */
    ResumableTraining initialised(long seed) {
        initialSeed = seed;
        return this;
    }

    Outcome run() {
        return run(PLAN, "digits");
    }

    Outcome run(TrainingPlan plan, String data) {
        DataSplit digits = Digits.load();
        CheckpointFolder checkpoints = new CheckpointFolder(folder, 2);
        try (NDManager manager = NDManager.newBaseManager();
                Model model = model(manager, initialSeed);
                TrainingLedger ledger = TrainingLedger.open(RunOptions.of("run"), checkpoints)) {
            BatchSource source = counted(source(digits.train(), manager));
            long steps = source.batches() * plan.epochs();
            try (Adam adam =
                            new Adam(plan.learningRate().over(steps), plan.weightDecay(), manager);
                    TrainingResult result =
                            new TrainingLoop(
                                            model,
                                            Loss.softmaxCrossEntropyLoss(),
                                            adam,
                                            plan,
                                            ledger.meter(),
                                            TrainingObserver.NONE)
                                    .seed(SEED)
                                    .stopOn(stop)
                                    .checkpoint(
                                            new Checkpointing(
                                                    checkpoints,
                                                    Map.of("data", data),
                                                    EVERY_STEPS,
                                                    Duration.ZERO))
                                    .fit(source, ordered(digits.validation(), manager))) {
                return outcome(model.getBlock(), result, ledger.finish());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome outcome(Block block, TrainingResult result, RunAccount account) {
        String last = hash(block);
        result.restoreBest(block);
        List<String> epochs =
                result.epochs().stream()
                        .map(
                                e ->
                                        "%d %x %s"
                                                .formatted(
                                                        e.epoch(),
                                                        Double.doubleToLongBits(e.trainLoss()),
                                                        e.validation()))
                        .toList();
        return new Outcome(last + " " + result.bestEpoch() + " " + hash(block), epochs, account);
    }

    static Model model(NDManager manager, long seed) {
        Model model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(Math.toIntExact(seed));
        SequentialBlock block = new SequentialBlock();
        block.add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(32).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(Dropout.builder().optRate(0.2f).build())
                .add(Linear.builder().setUnits(10).build());
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 1, 8, 8));
        model.setBlock(block);
        return model;
    }

    private static BatchSource source(LabelledData data, NDManager manager) {
        return new ImageAugmentation(1, false, SEED)
                .of(
                        TensorSource.shuffled(
                                images(data, manager),
                                new NDList(data.labels(manager)),
                                PLAN.batchSize(),
                                SEED));
    }

    private static BatchSource ordered(LabelledData data, NDManager manager) {
        return TensorSource.ordered(images(data, manager), new NDList(data.labels(manager)), 128);
    }

    private static NDArray images(LabelledData data, NDManager manager) {
        return data.features(manager).reshape(data.size(), 1, 8, 8);
    }

    private BatchSource counted(BatchSource source) {
        return BatchSource.mapped(
                source,
                new BatchSource.Mapping() {
                    private long asked;

                    @Override
                    public Minibatch apply(Minibatch batch, int epoch, NDManager owner) {
                        stepped.accept(++asked);
                        return batch;
                    }
                });
    }

    static String hash(Block block) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Pair<String, Parameter> parameter : block.getParameters()) {
                digest.update(parameter.getKey().getBytes(StandardCharsets.UTF_8));
                digest.update(parameter.getValue().getArray().toByteBuffer());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
