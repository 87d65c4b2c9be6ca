package dev.retort.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.cache.Augmentation;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.cache.CacheKey;
import dev.retort.distill.cache.SampleReader;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherContract;
import dev.retort.distill.train.TensorSource;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * A trained teacher that is asked about all training samples.
 *
 * @param teacher the teacher; borrowed
 * @param train the samples
 * @param features their features, on the device; borrowed
 * @param manager owns what is returned
 */
record AskedTeacher(SeedTeacher teacher, LabelledData train, NDArray features, NDManager manager) {
    private static final int CONTRACT_SAMPLES = 16;
    // The samples are hashed as the teacher sees them.
    private static final Fingerprint PREPROCESSING = Fingerprint.of(List.of("none"));

    /** Holds the teacher to its contract on the first samples. */
    void check() {
        long[] positions = LongStream.range(0, Math.min(CONTRACT_SAMPLES, train.size())).toArray();
        if (positions.length < 2) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDList samples = SampleReader.of(features).read(positions, 0, scope);
            TeacherContract.check(teacher.asked(), samples, positions, train.classes(), scope);
        }
    }

    /** The logits of all samples in their order. */
    NDArray logits(int batchSize) {
        NDList labels = new NDList(train.labels(manager));
        return Logits.of(
                teacher.model().getBlock(),
                TensorSource.ordered(features, labels, batchSize),
                manager);
    }

    /** The same from a cache, which is filled where it is not. */
    NDArray cachedLogits(CacheFolder folder, Consumer<CacheFolder.Opened> seen) throws IOException {
        CacheKey key = key(teacher.asked(), train, features, folder);
        try (CacheFolder.Opened opened =
                folder.open(key, teacher.asked(), SampleReader.of(features), manager)) {
            seen.accept(opened);
            return opened.cache().logits(0, manager);
        }
    }

    /** What the outputs of a teacher for training samples are stored under. */
    static CacheKey key(Teacher teacher, LabelledData train, NDArray features, CacheFolder folder) {
        return new CacheKey(
                teacher.fingerprint(),
                Fingerprint.of(features),
                PREPROCESSING,
                folder.encoding(),
                Augmentation.OFF,
                train.size(),
                train.classes());
    }
}
