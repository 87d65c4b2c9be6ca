package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunMeter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * The teacher of a seed.
 *
 * @param model gives its logits, and is judged
 * @param asked is asked about the training samples
 * @param reading what it took to read it, or {@code null} if it is trained here
 */
record SeedTeacher(Model model, Teacher asked, @Nullable RunAccount reading)
        implements AutoCloseable {
    /**
     * Makes a teacher that is to be trained, or opens the one that is there.
     *
     * @param task says which
     * @param trainings measures it
     * @param features of the training samples, on the device; borrowed
     * @param untrained makes the one that is to be trained
     * @throws IOException if it cannot be read
     * @throws TeacherException if it is of another network, has other classes than the data, or
     *     cannot be asked about samples without a place in the data set
     */
    static SeedTeacher of(
            DistillationTask task,
            SeedTrainings trainings,
            NDArray features,
            Supplier<Model> untrained)
            throws IOException {
        LabelledData train = task.data().train();
        return switch (task.origin()) {
            case TeacherOrigin.EachSeed _, TeacherOrigin.Once _ -> ofModel(untrained.get(), null);
            case TeacherOrigin.Saved saved -> {
                try (RunMeter meter = trainings.meter("teacher read")) {
                    Model model = SavedTeachers.read(saved, task.teacher().get(), train);
                    yield ofModel(model, meter.finish());
                }
            }
            case TeacherOrigin.Given given -> {
                try (RunMeter meter = trainings.meter("teacher read")) {
                    yield given(given.source().open(), train, features, meter);
                }
            }
        };
    }

    private static SeedTeacher ofModel(Model model, @Nullable RunAccount reading) {
        return new SeedTeacher(model, ModelTeacher.of(model, TeacherOutput.LOGITS), reading);
    }

    private static SeedTeacher given(
            Teacher teacher, LabelledData train, NDArray features, RunMeter meter) {
        NDManager manager = features.getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDList first = SampleReader.of(features).read(new long[] {0}, 0, scope);
            teacher.outputs(first, TeacherBlock.NOWHERE, scope);
        } catch (RuntimeException e) {
            teacher.close();
            if (!(e instanceof TeacherException)) {
                throw e;
            }
            throw new TeacherException(
                    "expected a teacher that takes the samples of the data, those of the test too, found %s: %s"
                            .formatted(teacher.description(), e.getMessage()),
                    e);
        }
        Model model = Model.newInstance(Role.TEACHER.label(), manager.getDevice());
        model.setBlock(new TeacherBlock(teacher, train.classes()));
        return new SeedTeacher(model, teacher, meter.finish());
    }

    @Override
    public void close() {
        asked.close();
        model.close();
    }
}
