package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;

import dev.retort.distill.augment.ImageAugmentation;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.loss.LastBatch;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.tap.Hint;
import dev.retort.distill.train.TrainingPlan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What is distilled into what. Immutable.
 *
 * @param data the samples
 * @param teacher makes a teacher block, not initialised; not used where the teacher is given
 * @param student makes a student block, not initialised; called once for each student
 * @param teacherPlan how the teacher is trained, if it is
 * @param studentPlan how both students are trained; the one without a teacher gets the same number
 *     of steps
 * @param objective what the distilled student is trained to
 * @param labels how many labels the students may see, or all of them; the teacher sees all, and its
 *     soft labels are used on all training samples
 * @param hints what layers of the teacher tell layers of the distilled student beside that; may be
 *     empty, and is with a saved teacher that has a label map, and with one that is given
 * @param origin where the teacher comes from
 * @param teacherAugmentation how the images are changed that the teacher trains on, by the seed of
 *     the training in place of its own; empty for not at all. The students see the images as they
 *     are, as the teacher does when it is asked about them
 */
public record DistillationTask(
        DataSplit data,
        Supplier<Block> teacher,
        Supplier<Block> student,
        TrainingPlan teacherPlan,
        TrainingPlan studentPlan,
        Objective objective,
        OptionalInt labels,
        List<Hint> hints,
        TeacherOrigin origin,
        Optional<ImageAugmentation> teacherAugmentation) {
    /**
     * Checks the components.
     *
     * @throws dev.retort.distill.data.DataException if the samples are not for classification, or
     *     one has no label
     */
    public DistillationTask {
        requireNonNull(data, "data is null").requireClassification();
        requireNonNull(teacher, "teacher is null");
        requireNonNull(student, "student is null");
        requireNonNull(teacherPlan, "teacherPlan is null");
        requireNonNull(studentPlan, "studentPlan is null");
        requireNonNull(objective, "objective is null");
        hints = List.copyOf(hints);
        requireNonNull(origin, "origin is null");
        // The map stands behind the network, so that no layer would be where a hint looks for it.
        if (!hints.isEmpty()
                && origin instanceof TeacherOrigin.Saved saved
                && !saved.labelMap().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected no label map with a loss between layers, found " + saved.labelMap());
        }
        if (!hints.isEmpty() && origin instanceof TeacherOrigin.Given given) {
            throw new IllegalArgumentException(
                    "expected a teacher of a DJL network with a loss between layers, found "
                            + given.words());
        }
        if (teacherAugmentation.isPresent() && data.train().sampleShape().dimension() != 3) {
            throw new IllegalArgumentException(
                    "expected images of shape (channels, height, width) to augment, found samples of shape "
                            + data.train().sampleShape());
        }
        if (labels.isPresent()) {
            int count = labels.getAsInt();
            int classes = data.train().classes();
            if (count < classes || count > data.train().size()) {
                throw new IllegalArgumentException(
                        "expected from %d (one a class) to %d labels, found %d"
                                .formatted(classes, data.train().size(), count));
            }
        }
        // Known before the training, which would end with the first epoch.
        requireSamples(
                objective.minimumSamples(), objective.kind().label(), data.train(), studentPlan);
        for (Hint hint : hints) {
            requireSamples(
                    hint.kind().minimumSamples(), hint.kind().label(), data.train(), studentPlan);
        }
    }

    private static void requireSamples(
            int least, String loss, LabelledData train, TrainingPlan plan) {
        LastBatch.requireSamples(least, loss, train.size(), plan.batchSize());
    }

    /**
     * Whether the teacher is trained with the students.
     *
     * @return {@code false} for one that was there before
     */
    public boolean trainsTeacher() {
        return switch (origin) {
            case TeacherOrigin.EachSeed _, TeacherOrigin.Once _ -> true;
            case TeacherOrigin.Saved _, TeacherOrigin.Given _ -> false;
        };
    }

    /**
     * The same task with another teacher.
     *
     * @param origin where the teacher comes from
     * @return the task
     */
    public DistillationTask withTeacher(TeacherOrigin origin) {
        return new DistillationTask(
                data,
                teacher,
                student,
                teacherPlan,
                studentPlan,
                objective,
                labels,
                hints,
                origin,
                teacherAugmentation);
    }

    /**
     * A task without hints, with a teacher for each seed.
     *
     * @param data the samples
     * @param teacher makes a teacher block, not initialised
     * @param student makes a student block, not initialised; called once for each student
     * @param teacherPlan how the teacher is trained
     * @param studentPlan how both students are trained
     * @param objective what the distilled student is trained to
     * @param labels how many labels the students may see, or all of them
     */
    public DistillationTask(
            DataSplit data,
            Supplier<Block> teacher,
            Supplier<Block> student,
            TrainingPlan teacherPlan,
            TrainingPlan studentPlan,
            Objective objective,
            OptionalInt labels) {
        this(
                data,
                teacher,
                student,
                teacherPlan,
                studentPlan,
                objective,
                labels,
                List.of(),
                TeacherOrigin.EACH_SEED,
                Optional.empty());
    }

    /**
     * A task with Hinton's loss.
     *
     * @param data the samples
     * @param teacher makes a teacher block, not initialised
     * @param student makes a student block, not initialised; called once for each student
     * @param teacherPlan how the teacher is trained
     * @param studentPlan how both students are trained
     * @param temperature the temperature of the soft labels, above 0
     * @param softWeight the weight of the soft labels in the loss, from 0 to 1; the labels of the
     *     data get the rest
     * @param labels how many labels the students may see, or all of them
     */
    public DistillationTask(
            DataSplit data,
            Supplier<Block> teacher,
            Supplier<Block> student,
            TrainingPlan teacherPlan,
            TrainingPlan studentPlan,
            double temperature,
            double softWeight,
            OptionalInt labels) {
        this(
                data,
                teacher,
                student,
                teacherPlan,
                studentPlan,
                Objective.hinton(temperature, softWeight),
                labels);
    }
}
