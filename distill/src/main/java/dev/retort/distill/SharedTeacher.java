package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import ai.djl.Model;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Hands the teacher of the first seed on to the others where the task asks for that. It goes by a
 * file, so that a seed does not know whether another one was before it.
 */
final class SharedTeacher implements AutoCloseable {
    private final DistillationTask task;
    private @Nullable Path file;

    private SharedTeacher(DistillationTask task) {
        this.task = task;
    }

    static SharedTeacher of(DistillationTask task) {
        return new SharedTeacher(task);
    }

    /** The task as the next seed has it. */
    DistillationTask taskOfSeed() {
        return file == null ? task : task.withTeacher(new TeacherOrigin.Saved(file));
    }

    /** Keeps the teacher of the first seed if others are to have it. */
    void keep(Model teacher) throws IOException {
        if (task.origin() instanceof TeacherOrigin.Once) {
            Path folder = Files.createTempDirectory("retort-teacher");
            file = ModelFiles.save(teacher, folder, "teacher");
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.delete(file);
            Files.delete(requireNonNull(file.getParent(), "a file has a folder"));
        }
    }
}
