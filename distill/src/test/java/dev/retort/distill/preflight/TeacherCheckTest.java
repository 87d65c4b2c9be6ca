package dev.retort.distill.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.data.DataException;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

class TeacherCheckTest {
    private static final int CLASSES = 4;

    private final NDManager manager = NDManager.newBaseManager();
    private final LabelledData data = data();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Samples whose one value is ten times their class. */
    private static LabelledData data() {
        byte[] values = new byte[80];
        int[] labels = new int[80];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % CLASSES;
            values[i] = (byte) (10 * labels[i]);
        }
        return new LabelledData(values, 10, new Shape(1), labels, CLASSES);
    }

    /** Chooses a class by the value of a sample. */
    private record Choosing(int classes, IntUnaryOperator choice) implements Teacher {
        @Override
        public String description() {
            return "a formula";
        }

        @Override
        public TeacherOutput output() {
            return TeacherOutput.LOGITS;
        }

        @Override
        public NDArray outputs(NDList inputs, long[] positions, NDManager owner) {
            float[] values = inputs.head().toFloatArray();
            float[] logits = new float[values.length * classes];
            for (int i = 0; i < values.length; i++) {
                logits[i * classes + choice.applyAsInt(Math.round(values[i]))] = 3;
            }
            return owner.create(logits, new Shape(values.length, classes));
        }

        @Override
        public Fingerprint fingerprint() {
            return Fingerprint.of(List.of(description()));
        }

        @Override
        public void close() {}
    }

    private TeacherCheck check(int classes, IntUnaryOperator choice) {
        return TeacherCheck.of(new Choosing(classes, choice), data, 60, manager);
    }

    @Test
    void aTeacherThatKnowsTheClassesNeedsNothing() {
        TeacherCheck found = check(CLASSES, value -> value);
        assertEquals(new TeacherCheck(60, 1, Optional.empty()), found);
        assertEquals(List.of(), found.warnings(CLASSES));
    }

    @Test
    void classesInAnotherOrderAskForALabelMap() {
        TeacherCheck found = check(CLASSES, value -> (value + 1) % CLASSES);
        // A sample of class 0 is called 1.
        assertEquals(new TeacherCheck(60, 0, Optional.of(List.of(1, 2, 3, 0))), found);
        assertEquals(
                List.of(
                        "the teacher is right on 0 % of 60 samples, and on most with its classes in another order: give it the label map [1, 2, 3, 0]"),
                found.warnings(CLASSES));
    }

    @Test
    void aTeacherThatKnowsNothingIsToldFromThat() {
        TeacherCheck found = check(CLASSES, _ -> 2);
        assertEquals(new TeacherCheck(60, 0.25, Optional.empty()), found);
        assertEquals(
                List.of(
                        "the teacher is right on 25 % of 60 samples, which is little more than chance among 4 classes"),
                found.warnings(CLASSES));
    }

    @Test
    void otherClassesAndNoLabelsAreRefused() {
        assertEquals(
                "expected a teacher of 4 classes, found a formula with 6",
                assertThrows(TeacherException.class, () -> check(6, value -> value)).getMessage());
        Teacher teacher = new Choosing(CLASSES, value -> value);
        LabelledData unlabelled = data.keepLabels(new int[0]);
        assertEquals(
                "expected labelled samples to ask the teacher about, found none",
                assertThrows(
                                DataException.class,
                                () -> TeacherCheck.of(teacher, unlabelled, 60, manager))
                        .getMessage());
    }
}
