package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;

import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunAccount;

import java.util.List;
import java.util.stream.IntStream;

/** Judges networks on the test samples. Confined to one thread. */
final class Examiner {
    private final LabelledData data;
    private final TensorSource test;
    private final NDManager manager;
    private final int[] labels;

    /**
     * An examiner.
     *
     * @param data the test samples
     * @param batchSize samples a pass
     * @param manager owns the samples on the device; borrowed
     */
    Examiner(LabelledData data, int batchSize, NDManager manager) {
        this.data = data;
        this.manager = manager;
        test =
                TensorSource.ordered(
                        data.features(manager), new NDList(data.labels(manager)), batchSize);
        labels = IntStream.range(0, data.size()).map(data::label).toArray();
    }

    /** Judges a training; the network is left with the parameters of the best epoch. */
    TrainedModel judge(SeedTrainings.Trained trained) {
        Block block = trained.block();
        TrainingResult result = trained.result();
        result.restoreLast(block);
        Evaluation last = evaluate(block);
        result.restoreBest(block);
        return new TrainedModel(
                trained.role(),
                result.epochs(),
                result.bestEpoch(),
                evaluate(block),
                last,
                detail(block),
                trained.account());
    }

    /** Judges a teacher that was trained before, which has its last parameters alone. */
    TrainedModel saved(Block block, RunAccount reading) {
        Evaluation evaluation = evaluate(block);
        return new TrainedModel(
                Role.TEACHER, List.of(), 0, evaluation, evaluation, detail(block), reading);
    }

    private Evaluation evaluate(Block block) {
        return Evaluation.of(block, test, manager);
    }

    /** What its probabilities are worth, and how it does on each class. */
    private TestDetail detail(Block block) {
        try (NDArray all = Logits.of(block, test, manager)) {
            float[] logits = all.toFloatArray();
            return new TestDetail(
                    Calibration.of(logits, labels, data.classes()),
                    ClassResult.of(logits, labels, data.classes()));
        }
    }

    /** The share of the samples for which two networks choose the same class. */
    double agreement(Block student, Block teacher) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray chosen = Logits.of(student, test, scope).argMax(1);
            NDArray reference = Logits.of(teacher, test, scope).argMax(1);
            return chosen.eq(reference).toType(DataType.FLOAT64, false).mean().getDouble();
        }
    }
}
