package dev.retort.distill;

import dev.retort.efficiency.RunAccount;

import java.util.List;

/**
 * One teacher and the two students that are paired with it: both students begin with the same
 * parameters, and with all labels they see the samples in the same order.
 *
 * @param seed decides initial parameters and data order
 * @param teacher the teacher
 * @param studentAlone the student without a teacher
 * @param studentDistilled the student with one
 * @param softLabels the cost of the teacher's pass over the training samples
 * @param agreementAlone share of test samples on which the student alone and the teacher choose the
 *     same class
 * @param agreementDistilled the same for the distilled student
 */
public record SeedOutcome(
        long seed,
        TrainedModel teacher,
        TrainedModel studentAlone,
        TrainedModel studentDistilled,
        RunAccount softLabels,
        double agreementAlone,
        double agreementDistilled) {
    /**
     * The three models.
     *
     * @return teacher, student alone, distilled student
     */
    public List<TrainedModel> models() {
        return List.of(teacher, studentAlone, studentDistilled);
    }
}
