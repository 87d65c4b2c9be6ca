package dev.retort.distill;

import ai.djl.ndarray.types.Shape;

import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.train.TrainingPlan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/** A study of one epoch on 24 images. */
public final class SmallStudy {
    private static final TrainingPlan PLAN = TrainingPlan.of(1, 8, 0.01f);

    private SmallStudy() {}

    static LabelledData images(int seed) {
        byte[] pixels = new byte[24 * 16];
        new Random(seed).nextBytes(pixels);
        int[] labels = IntStream.range(0, 24).map(i -> i % 2).toArray();
        return new LabelledData(pixels, 255, new Shape(1, 4, 4), labels, 2);
    }

    /** The task without an augmentation. */
    public static DistillationTask task() {
        return task(2, Optional.empty());
    }

    static DistillationTask task(int validation, Optional<ImageAugmentation> change) {
        return new DistillationTask(
                new DataSplit("images", images(1), images(validation), images(3), "made up"),
                () -> Networks.mlp(new int[] {4}, 2),
                () -> Networks.mlp(new int[] {2}, 2),
                PLAN,
                PLAN,
                Objective.hinton(4, 0.9),
                OptionalInt.empty(),
                List.of(),
                TeacherOrigin.EACH_SEED,
                change);
    }
}
