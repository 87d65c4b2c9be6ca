package dev.retort.examples.lab;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.distill.Distillation;
import dev.retort.distill.DistillationTask;
import dev.retort.distill.Networks;
import dev.retort.distill.Role;
import dev.retort.distill.StudyObserver;
import dev.retort.distill.TaughtOutcome;
import dev.retort.distill.data.Digits;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A run of an experiment: trains a teacher for digits, distils a student from it and gives the
 * accuracies of both on the test samples. After each epoch of the student it reports the accuracy
 * on the validation samples.
 *
 * <p>Its parameters: {@code temperature} of the soft labels, {@code softWeight} from 0 to 1, and
 * {@code labels}, how many labels the student sees. {@code examples/experiments/soft-labels.json}
 * is an experiment with it.
 *
 * <p>After an attempt that ran out of memory batches go through the networks in parts, which leaves
 * the gradients what they were up to rounding.
 */
public final class DistilDigits implements Task {
    private static final TrainingPlan TEACHER = TrainingPlan.of(40, 32, 3e-3f);
    private static final TrainingPlan STUDENT = TrainingPlan.of(80, 32, 1e-2f);

    /** Made by name, for each attempt. */
    public DistilDigits() {}

    @Override
    public Outcome run(TaskContext context) throws IOException {
        SupervisedTraining supervised = new SupervisedTraining(context);
        DistillationTask task;
        try {
            task = task(context, supervised);
        } catch (IllegalArgumentException e) {
            return new Outcome.Infeasible(String.valueOf(e.getMessage()));
        }
        StudyObserver observer =
                (_, role) ->
                        role == Role.TEACHER
                                ? supervised.observer("teacher", 0)
                                : supervised.reporting(
                                        "student", teacherSteps(task), Evaluation::accuracy);
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults());
                Distillation distillation =
                        new Distillation(task, context.seed(), sampler, observer)) {
            TaughtOutcome outcome = distillation.checkpoint(supervised.study()).teach();
            return new Outcome.Finished(
                    Map.of(
                            "accuracy", outcome.student().testBest().accuracy(),
                            "teacher_accuracy", outcome.teacher().testBest().accuracy()));
        } catch (TrainingStoppedException _) {
            return new Outcome.Stopped();
        } catch (TrainingDivergedException e) {
            return new Outcome.Diverged(String.valueOf(e.getMessage()));
        }
    }

    private static DistillationTask task(TaskContext context, SupervisedTraining supervised) {
        Parameters parameters = Parameters.of(context, "temperature", "softWeight", "labels");
        return new DistillationTask(
                Digits.load(),
                () -> Networks.mlp(new int[] {256}, 10),
                () -> Networks.mlp(new int[] {16}, 10),
                supervised.inParts(TEACHER),
                supervised.inParts(STUDENT),
                parameters.number("temperature"),
                parameters.number("softWeight"),
                OptionalInt.of(parameters.whole("labels")));
    }

    private static long teacherSteps(DistillationTask task) {
        TrainingPlan plan = task.teacherPlan();
        return (long) plan.epochs() * Math.ceilDiv(task.data().train().size(), plan.batchSize());
    }
}
