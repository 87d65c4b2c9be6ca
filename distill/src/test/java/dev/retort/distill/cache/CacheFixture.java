package dev.retort.distill.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.Teacher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Samples whose first number is their position, and keys for them. */
final class CacheFixture implements AutoCloseable {
    static final Fingerprint DATA = Fingerprint.of(List.of("data"));
    static final Fingerprint PREPROCESSING = Fingerprint.of(List.of("none"));

    final NDManager manager = NDManager.newBaseManager();
    final int samples;
    final SampleReader reader;

    CacheFixture(int samples) {
        this.samples = samples;
        NDArray features = manager.arange(0f, samples, 1f).reshape(new Shape(samples, 1));
        reader = SampleReader.of(features);
    }

    CacheKey key(Teacher teacher, CacheEncoding encoding) {
        return key(teacher, encoding, Augmentation.OFF);
    }

    CacheKey key(Teacher teacher, CacheEncoding encoding, Augmentation augmentation) {
        return new CacheKey(
                teacher.fingerprint(),
                DATA,
                PREPROCESSING,
                encoding,
                augmentation,
                samples,
                FormulaTeacher.CLASSES);
    }

    CacheFolder.Opened open(Path folder, Teacher teacher, CacheEncoding encoding)
            throws IOException {
        return new CacheFolder(folder, encoding)
                .open(key(teacher, encoding), teacher, reader, manager);
    }

    /** What the formula gives for all samples. */
    float[] expected() {
        float[] expected = new float[samples * FormulaTeacher.CLASSES];
        for (int i = 0; i < expected.length; i++) {
            int sample = i / FormulaTeacher.CLASSES;
            expected[i] = FormulaTeacher.logit(sample, i % FormulaTeacher.CLASSES, 1);
        }
        return expected;
    }

    @Override
    public void close() {
        manager.close();
    }
}
