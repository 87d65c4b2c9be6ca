package dev.retort.distill.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;

import java.util.List;

/** A teacher whose logits follow from the first number of a sample, and that counts its work. */
final class FormulaTeacher implements Teacher {
    static final int CLASSES = 7;

    private final String name;
    private final double scale;
    private String state = "";
    int passes;
    long samples;

    FormulaTeacher(String name) {
        this(name, 1);
    }

    FormulaTeacher(String name, double scale) {
        this.name = name;
        this.scale = scale;
    }

    static float logit(double sample, int classIndex, double scale) {
        return (float) (scale * 5 * Math.sin(sample * 31 + classIndex * 1.7));
    }

    /** Becomes another teacher. */
    void change() {
        state += "x";
    }

    @Override
    public String description() {
        return name;
    }

    @Override
    public TeacherOutput output() {
        return TeacherOutput.LOGITS;
    }

    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        passes++;
        samples += positions.length;
        float[] inputs = data.head().toFloatArray();
        int width = inputs.length / positions.length;
        float[] logits = new float[positions.length * CLASSES];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = logit(inputs[i / CLASSES * width], i % CLASSES, scale);
        }
        return owner.create(logits, new Shape(positions.length, CLASSES));
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprint.of(List.of(name, state));
    }

    @Override
    public void close() {}
}
