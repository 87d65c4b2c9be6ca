package dev.retort.distill;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.teacher.Teacher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where the teacher of a study comes from. */
public sealed interface TeacherOrigin {
    /** A teacher is trained for each seed, so that the seeds differ by their teachers too. */
    TeacherOrigin EACH_SEED = new EachSeed();

    /** A teacher is trained for the first seed and teaches the students of all. */
    TeacherOrigin ONCE = new Once();

    /** See {@link #EACH_SEED}. */
    record EachSeed() implements TeacherOrigin {}

    /** See {@link #ONCE}. */
    record Once() implements TeacherOrigin {}

    /**
     * A teacher of any kind that was there before, such as an ONNX or TorchScript model or an
     * ensemble. It is asked about the training samples, and judged on the test samples; the task's
     * own teacher network and plan are not used. A {@link dev.retort.distill.teacher.TableTeacher
     * table} cannot be asked about test samples, and is refused.
     *
     * @param words what it is, for reports
     * @param source opens it, once for each seed, whose end closes it
     */
    record Given(String words, Source source) implements TeacherOrigin {
        /** Checks the components. */
        public Given {
            requireNonNull(words, "words is null");
            requireNonNull(source, "source is null");
        }

        /** Opens a teacher. */
        @FunctionalInterface
        public interface Source {
            /**
             * Opens it.
             *
             * @return a teacher with the classes of the data, owned by the caller
             * @throws IOException if it cannot be read
             */
            Teacher open() throws IOException;
        }
    }

    /**
     * A teacher that was trained before.
     *
     * @param file its parameters, {@code name-0000.params}, as DJL saves those of the task's
     *     teacher network
     * @param labelMap for each class of the data the class of the teacher that means the same;
     *     empty where the classes are the same
     */
    record Saved(Path file, List<Integer> labelMap) implements TeacherOrigin {
        /** Copies the list. */
        public Saved {
            requireNonNull(file, "file is null");
            labelMap = List.copyOf(labelMap);
            for (int teacherClass : labelMap) {
                if (teacherClass < 0) {
                    throw new IllegalArgumentException(
                            "expected classes of the teacher from 0 in the label map, found "
                                    + teacherClass);
                }
            }
            if (labelMap.stream().distinct().count() < labelMap.size()) {
                throw new IllegalArgumentException(
                        "expected a class of the teacher once in the label map, found " + labelMap);
            }
        }

        /**
         * A teacher with the classes of the data.
         *
         * @param file its parameters
         */
        public Saved(Path file) {
            this(file, List.of());
        }
    }
}
