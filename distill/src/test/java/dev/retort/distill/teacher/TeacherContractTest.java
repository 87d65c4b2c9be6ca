package dev.retort.distill.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.fingerprint.Fingerprint;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

@Tag("engines")
class TeacherContractTest {
    private static final long[] UNKNOWN = {};

    private final NDManager manager = NDManager.newBaseManager();
    private final NDList data = new NDList(manager.randomNormal(new Shape(8, 3)));

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aTeacherThatKeepsItPasses() {
        TeacherContract.check(teacher(x -> x.mul(2)), data, UNKNOWN, 3, manager);
    }

    @Test
    void probabilitiesAreNotTakenForLogitsNorLogitsForProbabilities() {
        assertEquals(
                "expected logits from t, found probabilities: each of 8 rows is from 0 to 1 and"
                        + " sums to 1",
                refused(teacher(x -> x.softmax(1))));
        assertEquals(
                "expected probabilities from t, found logits: 8 of 8 rows are not from 0 to 1 with"
                        + " the sum 1",
                refused(teacher(x -> x.mul(2), TeacherOutput.PROBABILITIES)));
        // Logarithms of probabilities are logits, and logits may be positive.
        TeacherContract.check(teacher(x -> x.logSoftmax(1)), data, UNKNOWN, 3, manager);
        TeacherContract.check(teacher(x -> x.abs().add(0.1)), data, UNKNOWN, 3, manager);
        TeacherContract.check(
                teacher(x -> x.softmax(1), TeacherOutput.PROBABILITIES), data, UNKNOWN, 3, manager);
    }

    @Test
    void shapesAndNumbersAreLookedAt() {
        assertEquals(
                "expected 4 classes from t as the student has, found 3: a map between the two is"
                        + " needed",
                String.valueOf(
                        assertThrows(
                                        TeacherException.class,
                                        () ->
                                                TeacherContract.check(
                                                        teacher(x -> x), data, UNKNOWN, 4, manager))
                                .getMessage()));
        assertEquals(
                "expected outputs of shape (8, 3) from t, found (24)",
                refused(teacher(x -> x.flatten())));
        assertEquals(
                "expected finite outputs from t, found NaN for class 0 of sample 0",
                refused(teacher(x -> x.mul(Float.NaN))));
        NDList one = new NDList(manager.zeros(new Shape(1, 3)));
        assertThrows(
                IllegalArgumentException.class,
                () -> TeacherContract.check(teacher(x -> x), one, UNKNOWN, 3, manager));
    }

    @Test
    void dropoutAndBatchStatisticsAreFoundOut() {
        assertTrue(
                refused(teacher(x -> x.mul(x.getManager().randomUniform(0.5f, 1.5f, x.getShape()))))
                        .matches(
                                "expected t in evaluation mode, found outputs that differ by .* for"
                                        + " the same samples, as with dropout"));
        assertTrue(
                refused(teacher(x -> x.sub(x.mean(new int[] {0}, true))))
                        .matches(
                                "expected t in evaluation mode, found outputs that differ by .*"
                                        + " with the rest of the batch, as with batch statistics"));
    }

    @Test
    void aRecordedGradientIsFoundOut() {
        NDArray weight = manager.ones(new Shape(1));
        weight.setRequiresGradient(true);
        assertEquals(
                "expected no gradient in the outputs of t, found one recorded",
                refused(teacher(x -> x.mul(weight))));
    }

    @Test
    void aBufferThatMovesIsFoundOut() throws IOException {
        assumeTrue(Engine.getDefaultEngineName().equals("PyTorch"));
        NDList inputs = TestModels.inputs(manager);
        try (Teacher counter =
                ModelTeacher.torchScript(TestModels.file("counter.pt"), TeacherOutput.LOGITS)) {
            Fingerprint before = counter.fingerprint();
            assertEquals(before, counter.fingerprint());
            String message =
                    String.valueOf(
                            assertThrows(
                                            TeacherException.class,
                                            () ->
                                                    TeacherContract.check(
                                                            counter, inputs, UNKNOWN, 3, manager))
                                    .getMessage());
            assertTrue(
                    message.startsWith(
                            "expected parameters and buffers of counter.pt (PyTorch) that stay as"
                                    + " they are, found them changed by being asked ("
                                    + before.brief()),
                    message);
        }
    }

    private String refused(Teacher teacher) {
        return String.valueOf(
                assertThrows(
                                TeacherException.class,
                                () -> TeacherContract.check(teacher, data, UNKNOWN, 3, manager))
                        .getMessage());
    }

    private static Teacher teacher(UnaryOperator<NDArray> function) {
        return teacher(function, TeacherOutput.LOGITS);
    }

    private static Teacher teacher(UnaryOperator<NDArray> function, TeacherOutput output) {
        return new Teacher() {
            @Override
            public String description() {
                return "t";
            }

            @Override
            public TeacherOutput output() {
                return output;
            }

            @Override
            public NDArray outputs(NDList data, long[] positions, NDManager owner) {
                return function.apply(data.head());
            }

            @Override
            public Fingerprint fingerprint() {
                return Fingerprint.of(List.of("t"));
            }

            @Override
            public void close() {}
        };
    }
}
