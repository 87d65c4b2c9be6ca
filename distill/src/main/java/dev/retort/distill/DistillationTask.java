package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;

import dev.retort.distill.data.DataSplit;
import dev.retort.distill.train.TrainingPlan;

import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What is distilled into what. Immutable.
 *
 * @param data the samples
 * @param teacher makes a teacher block, not initialised
 * @param student makes a student block, not initialised; called once for each student
 * @param teacherPlan how the teacher is trained
 * @param studentPlan how both students are trained; the one without a teacher gets the same number
 *     of steps
 * @param temperature the temperature of the soft labels, above 0
 * @param softWeight the weight of the soft labels in the loss, from 0 to 1; the labels of the data
 *     get the rest
 * @param labels how many labels the students may see, or all of them; the teacher sees all, and its
 *     soft labels are used on all training samples
 */
public record DistillationTask(
        DataSplit data,
        Supplier<Block> teacher,
        Supplier<Block> student,
        TrainingPlan teacherPlan,
        TrainingPlan studentPlan,
        double temperature,
        double softWeight,
        OptionalInt labels) {
    /** Checks the components. */
    public DistillationTask {
        requireNonNull(data, "data is null");
        requireNonNull(teacher, "teacher is null");
        requireNonNull(student, "student is null");
        requireNonNull(teacherPlan, "teacherPlan is null");
        requireNonNull(studentPlan, "studentPlan is null");
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "expected a temperature above 0, found " + temperature);
        }
        if (!(softWeight >= 0 && softWeight <= 1)) {
            throw new IllegalArgumentException(
                    "expected a weight of the soft labels from 0 to 1, found " + softWeight);
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
    }
}
