package dev.retort.distill.preflight;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import com.sun.management.OperatingSystemMXBean;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.Role;
import dev.retort.distill.SavedTeachers;
import dev.retort.distill.StudyProgress;
import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingProgress;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What was found out about a distillation before its first epoch.
 *
 * @param samples training samples
 * @param sampleShape the shape of one, without the batch axis
 * @param classes labelled training samples by class
 * @param teacher a trial of the teacher's network; empty for one that was trained before
 * @param savedTeacher what a teacher knows that was trained before; empty for one that is trained
 * @param student a trial of the student's
 * @param teacherTraining what the training of a teacher takes; empty for one that was trained
 *     before
 * @param teacherShared whether it is trained for the first seed alone
 * @param studentTraining what the training of a student takes, of which each seed has two
 * @param bytes an estimate of the memory of data and parameters with gradients, moments and copies,
 *     without what the engine keeps of a step, and without a teacher that was trained before
 * @param peakBytes the most memory that this process had in use during the trials, the JVM, the
 *     engine and what it keeps of a step included; on a GPU without that GPU's. Empty where the
 *     operating system does not say
 * @param warnings what is likely to go wrong, one sentence each
 */
public record Preflight(
        long samples,
        Shape sampleShape,
        ClassCounts classes,
        Optional<TrialRun> teacher,
        Optional<TeacherCheck> savedTeacher,
        TrialRun student,
        Optional<PlannedTraining> teacherTraining,
        boolean teacherShared,
        PlannedTraining studentTraining,
        long bytes,
        OptionalLong peakBytes,
        List<String> warnings) {
    /** Parameters, gradients, two moments, and the copies of the best and the last epoch. */
    private static final int COPIES = 6;

    private static final int CHECKED = 500;

    /** Copies the list. */
    public Preflight {
        warnings = List.copyOf(warnings);
    }

    /**
     * Checks a task and tries its networks on a batch, on the default device. Takes some seconds
     * for a convolutional network on a processor. Sets the seed of the engine's generator, and on
     * Linux has the kernel forget this process's peak of resident memory so far.
     *
     * @param task the task
     * @return what was found
     * @throws IOException if the file of a teacher that was there before is missing or cannot be
     *     read
     * @throws dev.retort.distill.teacher.TeacherException if such a teacher does not fit
     * @throws IllegalArgumentException if a network does not give a logit for each class
     */
    public static Preflight of(DistillationTask task) throws IOException {
        return of(task, System::nanoTime);
    }

    static Preflight of(DistillationTask task, LongSupplier nanoTime) throws IOException {
        LabelledData train = task.data().train();
        ClassCounts counts = ClassCounts.of(train);
        requireLogits("the student", task.student(), task);
        List<String> warnings = new ArrayList<>();
        PeakMemory memory = PeakMemory.begin();
        if (!counts.missing().isEmpty()) {
            warnings.add("no training sample is of the classes " + counts.missing());
        }
        Optional<TrialRun> teacher = Optional.empty();
        Optional<PlannedTraining> teacherTraining = Optional.empty();
        Optional<TeacherCheck> saved = check(task);
        if (saved.isPresent()) {
            warnings.addAll(saved.get().warnings(train.classes()));
        } else {
            requireLogits("the teacher", task.teacher(), task);
            TrialRun trial = TrialRun.of(task.teacher(), train, task.teacherPlan(), nanoTime);
            warnIfUnfit("teacher", trial, warnings);
            teacherTraining = Optional.of(planned(task, trial, task.teacherPlan()));
            teacher = Optional.of(trial);
        }
        TrialRun student = TrialRun.of(task.student(), train, task.studentPlan(), nanoTime);
        warnIfUnfit("student", student, warnings);
        long bytes = bytes(task, teacher, student);
        OptionalLong peak = memory.bytes();
        warnIfTooLarge(bytes + peak.orElse(0), warnings);
        return new Preflight(
                train.size(),
                train.sampleShape(),
                counts,
                teacher,
                saved,
                student,
                teacherTraining,
                task.origin() instanceof TeacherOrigin.Once,
                planned(task, student, task.studentPlan()),
                bytes,
                peak,
                warnings);
    }

    /**
     * The time of the trainings of a study that are left, as busy as the machine was during the
     * trials: from their timed steps. To judge the models and to write a report comes on top.
     *
     * @param progress how far its seeds are
     * @return an estimate; zero once all trainings are finished
     */
    public Duration time(StudyProgress progress) {
        Duration time = Duration.ZERO;
        List<Map<Role, TrainingProgress>> seeds = progress.seeds();
        for (int i = 0; i < seeds.size(); i++) {
            for (Role role : Role.values()) {
                TrainingProgress done = seeds.get(i).getOrDefault(role, TrainingProgress.NONE);
                time =
                        time.plus(
                                training(role, i)
                                        .map(planned -> planned.left(done))
                                        .orElse(Duration.ZERO));
            }
        }
        return time;
    }

    private Optional<PlannedTraining> training(Role role, int seed) {
        return switch (role) {
            case TEACHER -> teacherShared && seed > 0 ? Optional.empty() : teacherTraining;
            case STUDENT_ALONE, STUDENT_DISTILLED -> Optional.of(studentTraining);
        };
    }

    /** Of a teacher that was there before. */
    private static Optional<TeacherCheck> check(DistillationTask task) throws IOException {
        return switch (task.origin()) {
            case TeacherOrigin.EachSeed _, TeacherOrigin.Once _ -> Optional.empty();
            case TeacherOrigin.Saved saved -> Optional.of(check(saved, task));
            case TeacherOrigin.Given given -> {
                try (Teacher teacher = given.source().open();
                        NDManager manager = NDManager.newBaseManager()) {
                    yield Optional.of(
                            TeacherCheck.of(teacher, task.data().train(), CHECKED, manager));
                }
            }
        };
    }

    private static TeacherCheck check(TeacherOrigin.Saved origin, DistillationTask task)
            throws IOException {
        LabelledData train = task.data().train();
        try (Model model = SavedTeachers.read(origin, task.teacher().get(), train);
                ModelTeacher teacher = ModelTeacher.of(model, TeacherOutput.LOGITS)) {
            TeacherCheck found = TeacherCheck.of(teacher, train, CHECKED, model.getNDManager());
            // What it proposes comes on top of the label map that there is.
            return origin.labelMap().isEmpty()
                    ? found
                    : new TeacherCheck(
                            found.samples(),
                            found.accuracy(),
                            found.labelMap()
                                    .map(map -> map.stream().map(origin.labelMap()::get).toList()));
        }
    }

    /** Known from shapes alone. */
    private static void requireLogits(String name, Supplier<Block> network, DistillationTask task) {
        long found = logits(network, task.data().train());
        int classes = task.data().train().classes();
        if (found != classes) {
            throw new IllegalArgumentException(
                    "expected a logit for each of the %d classes of %s from %s, found %d"
                            .formatted(classes, task.data().name(), name, found));
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

    private static PlannedTraining planned(
            DistillationTask task, TrialRun trial, TrainingPlan plan) {
        long steps = Math.ceilDiv(task.data().train().size(), plan.batchSize());
        Duration epoch =
                trial.perStep()
                        .multipliedBy(steps)
                        .plus(trial.perSample().multipliedBy(task.data().validation().size()));
        return new PlannedTraining(steps * plan.epochs(), epoch.multipliedBy(plan.epochs()));
    }

    private static long bytes(DistillationTask task, Optional<TrialRun> teacher, TrialRun student) {
        long samples =
                (long) task.data().train().size()
                        + task.data().validation().size()
                        + task.data().test().size();
        long values = task.data().train().sampleShape().size() * samples;
        long parameters = teacher.map(TrialRun::parameters).orElse(0L) + 2 * student.parameters();
        return Float.BYTES * (values + COPIES * parameters);
    }

    /** The limit of a container counts, where the JVM knows of one. */
    private static void warnIfTooLarge(long needed, List<String> warnings) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                && needed > system.getTotalMemorySize()) {
            warnings.add(
                    "expected about %d MiB of memory to be enough, found %d MiB on this machine"
                            .formatted(needed >> 20, system.getTotalMemorySize() >> 20));
        }
    }

    private static void warnIfUnfit(String name, TrialRun trial, List<String> warnings) {
        if (!trial.fits()) {
            warnings.add(
                    "the %s cannot learn one batch by heart: its loss went from %.3g to %.3g in %d steps at the peak learning rate"
                            .formatted(name, trial.firstLoss(), trial.lastLoss(), trial.steps()));
        }
    }
}
