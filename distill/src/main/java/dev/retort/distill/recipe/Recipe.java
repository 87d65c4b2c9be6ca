package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.data.DataSplit;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * All settings of a distillation. Immutable; {@link RecipeFile} reads and writes it, and {@link
 * Builder} changes it.
 *
 * @param name what reports and folders call it, without slashes
 * @param data the data
 * @param teacher the teacher
 * @param student the students
 * @param loss what the distilled student is trained to
 * @param hints what layers of the teacher tell layers of the student beside that
 * @param study how often it is repeated, and how it is judged
 * @param engine what is computed with
 * @param cache where the outputs of the teacher are stored; {@code null} for memory alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Recipe(
        String name,
        DataSettings data,
        TeacherSettings teacher,
        StudentSettings student,
        LossSettings loss,
        List<HintSettings> hints,
        StudySettings study,
        EngineSettings engine,
        @Nullable CacheSettings cache) {
    /** Checks that nothing is missing, and the name. */
    public Recipe {
        requireNonNull(name, "expected name, found none");
        if (name.isBlank() || name.contains("/")) {
            throw new IllegalArgumentException(
                    "expected a name without slashes, for folders, found "
                            + (name.isBlank() ? "a blank one" : name));
        }
        requireNonNull(data, "expected data, found none");
        requireNonNull(teacher, "expected teacher, found none");
        requireNonNull(student, "expected student, found none");
        requireNonNull(loss, "expected loss, found none");
        requireNonNull(study, "expected study, found none");
        requireNonNull(engine, "expected engine, found none");
        hints = List.copyOf(requireNonNull(hints, "expected hints, found none"));
    }

    /**
     * The task.
     *
     * @param split the data, as {@link DataSettings#load} gives it
     * @return what {@link dev.retort.distill.Study} runs
     * @throws IllegalArgumentException if the settings do not go together
     */
    public DistillationTask task(DataSplit split) {
        if (!teacher.hasWholeModel()) {
            requireImages(teacher.network(), "teacher.network", split);
        }
        requireImages(student.network(), "student.network", split);
        int classes = split.train().classes();
        return new DistillationTask(
                split,
                () -> teacher.network().network(classes),
                () -> student.network().network(classes),
                teacher.training().plan(),
                student.training().plan(),
                loss.objective(),
                data.labels() == null ? OptionalInt.empty() : OptionalInt.of(data.labels()),
                hints.stream().map(HintSettings::hint).toList(),
                teacher.origin(),
                Optional.ofNullable(teacher.augmentation())
                        .map(AugmentationSettings::augmentation));
    }

    private static void requireImages(NetworkSettings network, String key, DataSplit split) {
        Shape sample = split.train().sampleShape();
        if (network.takesImages() && sample.dimension() != 3) {
            throw new IllegalArgumentException(
                    "expected images of shape (channels, height, width) for the network %s at %s, found samples of shape %s in %s"
                            .formatted(network, key, sample, split.name()));
        }
    }

    /**
     * Begins a change.
     *
     * @return a builder with these settings
     */
    public Builder change() {
        return new Builder(this);
    }

    /** Changes a recipe part by part. Confined to one thread. */
    public static final class Builder {
        private Recipe recipe;

        private Builder(Recipe recipe) {
            this.recipe = recipe;
        }

        /**
         * Changes the data.
         *
         * @param change gives the new settings for the old
         * @return this
         */
        public Builder data(UnaryOperator<DataSettings> change) {
            return set(
                    change.apply(recipe.data),
                    recipe.teacher,
                    recipe.student,
                    recipe.loss,
                    recipe.hints,
                    recipe.study);
        }

        /**
         * Changes the teacher.
         *
         * @param change gives the new settings for the old
         * @return this
         */
        public Builder teacher(UnaryOperator<TeacherSettings> change) {
            return set(
                    recipe.data,
                    change.apply(recipe.teacher),
                    recipe.student,
                    recipe.loss,
                    recipe.hints,
                    recipe.study);
        }

        /**
         * Changes the students.
         *
         * @param change gives the new settings for the old
         * @return this
         */
        public Builder student(UnaryOperator<StudentSettings> change) {
            return set(
                    recipe.data,
                    recipe.teacher,
                    change.apply(recipe.student),
                    recipe.loss,
                    recipe.hints,
                    recipe.study);
        }

        /**
         * Changes the loss.
         *
         * @param loss the new one
         * @return this
         */
        public Builder loss(LossSettings loss) {
            return set(
                    recipe.data, recipe.teacher, recipe.student, loss, recipe.hints, recipe.study);
        }

        /**
         * Changes the hints.
         *
         * @param hints the new ones
         * @return this
         */
        public Builder hints(List<HintSettings> hints) {
            return set(
                    recipe.data, recipe.teacher, recipe.student, recipe.loss, hints, recipe.study);
        }

        /**
         * Changes the study.
         *
         * @param change gives the new settings for the old
         * @return this
         */
        public Builder study(UnaryOperator<StudySettings> change) {
            return set(
                    recipe.data,
                    recipe.teacher,
                    recipe.student,
                    recipe.loss,
                    recipe.hints,
                    change.apply(recipe.study));
        }

        /**
         * Changes the engine.
         *
         * @param engine the new one
         * @return this
         */
        public Builder engine(EngineSettings engine) {
            return with(engine, recipe.cache);
        }

        /**
         * Changes the cache.
         *
         * @param cache the new one; {@code null} for memory alone
         * @return this
         */
        public Builder cache(@Nullable CacheSettings cache) {
            return with(recipe.engine, cache);
        }

        /**
         * The recipe.
         *
         * @return the recipe as it was changed
         */
        public Recipe build() {
            return recipe;
        }

        private Builder with(EngineSettings engine, @Nullable CacheSettings cache) {
            recipe =
                    new Recipe(
                            recipe.name,
                            recipe.data,
                            recipe.teacher,
                            recipe.student,
                            recipe.loss,
                            recipe.hints,
                            recipe.study,
                            engine,
                            cache);
            return this;
        }

        private Builder set(
                DataSettings data,
                TeacherSettings teacher,
                StudentSettings student,
                LossSettings loss,
                List<HintSettings> hints,
                StudySettings study) {
            recipe =
                    new Recipe(
                            recipe.name,
                            data,
                            teacher,
                            student,
                            loss,
                            hints,
                            study,
                            recipe.engine,
                            recipe.cache);
            return this;
        }
    }
}
