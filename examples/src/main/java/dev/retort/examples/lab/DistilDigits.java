package dev.retort.examples.lab;

import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.distill.Distillation;
import dev.retort.distill.DistillationTask;
import dev.retort.distill.Networks;
import dev.retort.distill.Role;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.StudyObserver;
import dev.retort.distill.data.Digits;
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
 * A run of an experiment: distils a student for digits and gives its accuracy on the test samples.
 *
 * <p>Its parameters: {@code temperature} of the soft labels, {@code softWeight} from 0 to 1, and
 * {@code labels}, how many labels the student sees. {@code examples/experiments/soft-labels.json}
 * is an experiment with it.
 */
public final class DistilDigits implements Task {
    /** Made by name, for each attempt. */
    public DistilDigits() {}

    @Override
    public Outcome run(TaskContext context) throws IOException {
        DistillationTask task;
        try {
            task =
                    new DistillationTask(
                            Digits.load(),
                            () -> Networks.mlp(new int[] {256}, 10),
                            () -> Networks.mlp(new int[] {16}, 10),
                            TrainingPlan.of(40, 32, 3e-3f),
                            TrainingPlan.of(80, 32, 1e-2f),
                            number(context, "temperature").doubleValue(),
                            number(context, "softWeight").doubleValue(),
                            OptionalInt.of(number(context, "labels").intValue()));
        } catch (IllegalArgumentException e) {
            return new Outcome.Infeasible(String.valueOf(e.getMessage()));
        }
        SupervisedTraining supervised = new SupervisedTraining(context);
        StudyObserver observer = (_, role) -> supervised.observer(stepsBefore(task, role));
        try (Sampler sampler = Sampler.start(SamplerOptions.defaults());
                Distillation distillation =
                        new Distillation(task, context.seed(), sampler, observer)) {
            SeedOutcome outcome = distillation.checkpoint(supervised.study()).run();
            return new Outcome.Finished(
                    Map.of(
                            "accuracy", outcome.studentDistilled().testBest().accuracy(),
                            "teacher_accuracy", outcome.teacher().testBest().accuracy()));
        } catch (TrainingStoppedException _) {
            return new Outcome.Stopped();
        } catch (TrainingDivergedException e) {
            return new Outcome.Diverged(String.valueOf(e.getMessage()));
        }
    }

    private static long stepsBefore(DistillationTask task, Role role) {
        return switch (role) {
            case TEACHER -> 0;
            case STUDENT_ALONE -> steps(task, task.teacherPlan());
            case STUDENT_DISTILLED ->
                    steps(task, task.teacherPlan()) + steps(task, task.studentPlan());
        };
    }

    private static long steps(DistillationTask task, TrainingPlan plan) {
        return (long) plan.epochs() * Math.ceilDiv(task.data().train().size(), plan.batchSize());
    }

    private static Number number(TaskContext context, String parameter) {
        Object value = context.config().get(parameter);
        if (value instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException(
                "expected a number for the parameter %s, found %s".formatted(parameter, value));
    }
}
