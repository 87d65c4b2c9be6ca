package dev.retort.distill.preflight;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.train.TrainingPlan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What was found out about a distillation before its first epoch.
 *
 * @param samples training samples
 * @param sampleShape the shape of one, without the batch axis
 * @param classes labelled training samples by class
 * @param teacher a trial of the teacher's network
 * @param student a trial of the student's
 * @param perSeed an estimate of the time that a seed takes, from the timed steps of the trials
 * @param bytes an estimate of the memory of data and parameters with gradients, moments and copies,
 *     without what the engine keeps of a step
 * @param warnings what is likely to go wrong, one sentence each
 */
public record Preflight(
        long samples,
        Shape sampleShape,
        ClassCounts classes,
        TrialRun teacher,
        TrialRun student,
        Duration perSeed,
        long bytes,
        List<String> warnings) {
    /** Parameters, gradients, two moments, and the copies of the best and the last epoch. */
    private static final int COPIES = 6;

    /** Copies the list. */
    public Preflight {
        warnings = List.copyOf(warnings);
    }

    /**
     * Checks a task and tries its networks on a batch, on the default device. Takes some seconds
     * for a convolutional network on a processor. Sets the seed of the engine's generator.
     *
     * @param task the task
     * @return what was found
     * @throws dev.retort.distill.data.DataException if the data are not for classification
     * @throws IllegalArgumentException if a network does not give a logit for each class
     */
    public static Preflight of(DistillationTask task) {
        return of(task, System::nanoTime);
    }

    static Preflight of(DistillationTask task, LongSupplier nanoTime) {
        ClassCounts counts = ClassCounts.check(task.data());
        LabelledData train = task.data().train();
        requireLogits(task);
        TrialRun teacher = TrialRun.of(task.teacher(), train, task.teacherPlan(), nanoTime);
        TrialRun student = TrialRun.of(task.student(), train, task.studentPlan(), nanoTime);
        return new Preflight(
                train.size(),
                train.sampleShape(),
                counts,
                teacher,
                student,
                time(task, teacher, task.teacherPlan())
                        .plus(time(task, student, task.studentPlan()).multipliedBy(2)),
                bytes(task, teacher, student),
                warnings(counts, teacher, student));
    }

    /** Known from shapes alone: a teacher of other classes asks for a label map. */
    private static void requireLogits(DistillationTask task) {
        long teacher = logits(task.teacher(), task.data().train());
        long student = logits(task.student(), task.data().train());
        int classes = task.data().train().classes();
        if (teacher != classes || student != classes) {
            throw new IllegalArgumentException(
                    "expected a logit for each of the %d classes of %s from teacher and student, found %d and %d"
                            .formatted(classes, task.data().name(), teacher, student));
        }
    }

    private static long logits(Supplier<Block> network, LabelledData data) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Shape input = new Shape(1).addAll(data.sampleShape());
            Block block = network.get();
            block.initialize(manager, DataType.FLOAT32, input);
            Shape output = block.getOutputShapes(new Shape[] {input})[0];
            return output.dimension() == 2 ? output.get(1) : output.size();
        }
    }

    private static Duration time(DistillationTask task, TrialRun trial, TrainingPlan plan) {
        long steps = Math.ceilDiv(task.data().train().size(), plan.batchSize());
        return trial.perStep()
                .multipliedBy(steps)
                .plus(trial.perSample().multipliedBy(task.data().validation().size()))
                .multipliedBy(plan.epochs());
    }

    private static long bytes(DistillationTask task, TrialRun teacher, TrialRun student) {
        long samples =
                (long) task.data().train().size()
                        + task.data().validation().size()
                        + task.data().test().size();
        long values = task.data().train().sampleShape().size() * samples;
        long parameters = teacher.parameters() + 2 * student.parameters();
        return Float.BYTES * (values + COPIES * parameters);
    }

    private static List<String> warnings(ClassCounts counts, TrialRun teacher, TrialRun student) {
        List<String> warnings = new ArrayList<>();
        if (!counts.missing().isEmpty()) {
            warnings.add("no training sample is of the classes " + counts.missing());
        }
        warnIfUnfit("teacher", teacher, warnings);
        warnIfUnfit("student", student, warnings);
        return warnings;
    }

    private static void warnIfUnfit(String name, TrialRun trial, List<String> warnings) {
        if (!trial.fits()) {
            warnings.add(
                    "the %s cannot learn one batch by heart: its loss went from %.3g to %.3g in %d steps at the peak learning rate"
                            .formatted(name, trial.firstLoss(), trial.lastLoss(), trial.steps()));
        }
    }
}
