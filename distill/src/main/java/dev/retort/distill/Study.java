package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;

import dev.retort.device.counters.Tier;
import dev.retort.device.sampling.Sampler;
import dev.retort.device.sampling.SamplerOptions;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.checkpoint.SafetensorsLibrary;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a distillation over several seeds, one after another. */
public final class Study {
    private static final Duration SAMPLING_PERIOD = Duration.ofMillis(100);

    private Study() {}

    /**
     * Runs a study on the default device of DJL's default engine, without a cache.
     *
     * @param task what to do
     * @param firstSeed the first seed; the others follow it by one
     * @param seeds how many seeds, at least 1
     * @param modelFolder an existing folder in which the teacher, if it was trained here, and the
     *     distilled student of the first seed are saved, or empty to save nothing
     * @param observer is told how it gets on
     * @return the result
     * @throws IOException if a model cannot be saved, and the {@linkplain
     *     StudyObserver#modelNotSaved observer} does not go on without
     */
    public static StudyResult run(
            DistillationTask task,
            long firstSeed,
            int seeds,
            Optional<Path> modelFolder,
            StudyObserver observer)
            throws IOException {
        return run(
                task, firstSeed, seeds, modelFolder, Optional.empty(), Optional.empty(), observer);
    }

    /**
     * Runs a study on the default device of DJL's default engine.
     *
     * @param task what to do
     * @param firstSeed the first seed; the others follow it by one
     * @param seeds how many seeds, at least 1
     * @param modelFolder an existing folder in which the teacher, if it was trained here, and the
     *     distilled student of the first seed are saved, or empty to save nothing
     * @param cache where what the teachers say is stored and looked for, or empty for memory alone
     * @param checkpoints where and when trainings save their state, or empty for never
     * @param observer is told how it gets on
     * @return the result
     * @throws IOException if a model cannot be saved, and the {@linkplain
     *     StudyObserver#modelNotSaved observer} does not go on without, or the cache or a
     *     checkpoint cannot be used
     * @throws IllegalStateException if models are to be saved, for which {@code
     *     dev.retort:retort-torch} has to be on the class path, and it is missing
     */
    public static StudyResult run(
            DistillationTask task,
            long firstSeed,
            int seeds,
            Optional<Path> modelFolder,
            Optional<CacheFolder> cache,
            Optional<StudyCheckpoints> checkpoints,
            StudyObserver observer)
            throws IOException {
        if (seeds < 1) {
            throw new IllegalArgumentException("expected at least 1 seed, found " + seeds);
        }
        if (modelFolder.isPresent()) {
            SafetensorsLibrary.require();
        }
        List<SeedOutcome> outcomes = new ArrayList<>();
        List<ModelCost> costs = List.of();
        try (SharedTeacher teacher = SharedTeacher.of(task);
                Sampler sampler =
                        Sampler.start(
                                SamplerOptions.defaults().withPeriod(Tier.FAST, SAMPLING_PERIOD))) {
            for (int i = 0; i < seeds; i++) {
                try (Distillation run =
                        new Distillation(
                                teacher.taskOfSeed(),
                                firstSeed + i,
                                sampler,
                                observer,
                                cache.orElse(null))) {
                    checkpoints.ifPresent(run::checkpoint);
                    modelFolder.ifPresent(run::keepDivergedBatch);
                    outcomes.add(run.run());
                    if (i == 0) {
                        costs = costs(task, run, sampler);
                        if (modelFolder.isPresent()) {
                            save(task, run, modelFolder.get(), observer);
                        }
                        teacher.keep(run.model(Role.TEACHER));
                    }
                }
            }
            return new StudyResult(
                    task,
                    outcomes,
                    costs.get(0),
                    costs.get(1),
                    sampler.cost(),
                    PairedDifference.DEFAULT_MARGIN,
                    Prices.NONE);
        }
    }

    private static List<ModelCost> costs(DistillationTask task, Distillation run, Sampler sampler) {
        Shape sample = task.data().train().sampleShape();
        return ModelCost.measure(
                List.of(run.model(Role.TEACHER), run.model(Role.STUDENT_DISTILLED)),
                sample,
                sampler);
    }

    private interface Saving {
        void run() throws IOException;
    }

    /** Tries each, since what is too large for the disk says nothing of what is smaller. */
    private static void save(
            DistillationTask task, Distillation run, Path folder, StudyObserver observer)
            throws IOException {
        Map<Role, IOException> failures = new EnumMap<>(Role.class);
        if (task.trainsTeacher()) {
            save(
                    Role.TEACHER,
                    folder,
                    () -> ModelFiles.save(run.model(Role.TEACHER), folder, "teacher"),
                    failures);
        }
        save(
                Role.STUDENT_DISTILLED,
                folder,
                () -> {
                    Model student = run.model(Role.STUDENT_DISTILLED);
                    ModelFiles.save(student, folder, "student-distilled");
                    ModelFiles.saveWeights(student, folder, "student-distilled");
                },
                failures);
        tell(observer, failures);
    }

    /** Tells all, also an observer that ends the study at the first. */
    private static void tell(StudyObserver observer, Map<Role, IOException> failures)
            throws IOException {
        IOException end = null;
        for (Map.Entry<Role, IOException> failure : failures.entrySet()) {
            try {
                observer.modelNotSaved(failure.getKey(), failure.getValue());
            } catch (IOException e) {
                if (end == null) {
                    end = e;
                } else if (end != e) {
                    end.addSuppressed(e);
                }
            }
        }
        if (end != null) {
            throw end;
        }
    }

    private static void save(
            Role role, Path folder, Saving saving, Map<Role, IOException> failures) {
        try {
            saving.run();
        } catch (IOException e) {
            failures.put(
                    role,
                    new IOException(
                            "the %s cannot be saved in %s (%s)"
                                    .formatted(role.label(), folder, e.getMessage()),
                            e));
        }
    }
}
