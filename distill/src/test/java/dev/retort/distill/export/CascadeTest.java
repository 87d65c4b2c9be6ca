package dev.retort.distill.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.distill.data.LabelledData;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

class CascadeTest {
    private static final int SAMPLES = 40;
    private static final double STUDENT_SECONDS = 1e-5;
    private static final double TEACHER_SECONDS = 1e-3;

    @TempDir Path folder;

    /** A teacher whose logits of two classes stand in a table, by position. */
    private static final class Table implements Teacher {
        private final float[] logits;

        Table(float[] logits) {
            this.logits = logits;
        }

        @Override
        public String description() {
            return "table";
        }

        @Override
        public TeacherOutput output() {
            return TeacherOutput.LOGITS;
        }

        @Override
        public NDArray outputs(NDList data, long[] positions, NDManager owner) {
            float[] rows = new float[2 * positions.length];
            for (int i = 0; i < positions.length; i++) {
                System.arraycopy(logits, (int) (2 * positions[i]), rows, 2 * i, 2);
            }
            return owner.create(rows, new Shape(positions.length, 2));
        }

        @Override
        public Fingerprint fingerprint() {
            return Fingerprint.of(List.of("table"));
        }

        @Override
        public void close() {}
    }

    /** One table for the samples that choose, another for the rest. */
    private static final class InTurn implements Teacher {
        private final List<Table> tables;
        private int asked;

        InTurn(Table... tables) {
            this.tables = List.of(tables);
        }

        @Override
        public String description() {
            return "tables";
        }

        @Override
        public TeacherOutput output() {
            return TeacherOutput.LOGITS;
        }

        @Override
        public NDArray outputs(NDList data, long[] positions, NDManager owner) {
            return tables.get(asked++).outputs(data, positions, owner);
        }

        @Override
        public Fingerprint fingerprint() {
            return Fingerprint.of(List.of("tables"));
        }

        @Override
        public void close() {}
    }

    /**
     * The teacher is always right; the student is right on all but the three it is least sure of.
     */
    @Test
    void theTeacherIsAskedAboutNoMoreThanItTakes() throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Cascade cascade = cascade(i -> i >= 3, manager);
            assertEquals(3.0 / SAMPLES, cascade.onValidation().askedShare());
            assertEquals(1, cascade.onValidation().accuracy());
            assertEquals(
                    STUDENT_SECONDS + 3.0 / SAMPLES * TEACHER_SECONDS,
                    cascade.onTest().seconds(),
                    1e-12);
            // On the same samples the threshold asks about the same ones.
            assertEquals(cascade.onValidation(), cascade.onTest());
            assertEquals(0.925, cascade.curveOnTest().getFirst().accuracy());
            assertEquals(0, cascade.curveOnTest().getFirst().askedShare());
            assertEquals(1, cascade.curveOnTest().getLast().accuracy());
            assertEquals(1, cascade.curveOnTest().getLast().askedShare());

            CascadeFile file = CascadeFile.of("student.onnx", "teacher.onnx", cascade);
            Path json = file.write(folder.resolve("cascade.json"));
            assertEquals(file, CascadeFile.read(json));
            // Whoever reads the file alone sees which samples a figure is of.
            JsonNode whole = new ObjectMapper().readTree(json.toFile());
            assertTrue(
                    whole.get("summary").asText().endsWith("about 7.5 % of the test samples."),
                    whole.toString());
            JsonNode written = whole.get("cascade");
            for (String key : List.of("onValidation", "curveOnTest", "onTest")) {
                assertTrue(written.has(key), key);
            }
        }
    }

    /** Of a student that is right on the samples it is least sure of. */
    private static String summary(int studentRight) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return cascade(i -> i < studentRight, manager).summary();
        }
    }

    /** Of a teacher that is always right and a student that is surer of each sample than before. */
    private static Cascade cascade(IntPredicate isStudentRight, NDManager manager) {
        float[] student = new float[2 * SAMPLES];
        float[] teacher = new float[2 * SAMPLES];
        int[] labels = new int[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = i % 2;
            int said = isStudentRight.test(i) ? labels[i] : 1 - labels[i];
            student[2 * i + said] = 0.1f * (i + 1);
            teacher[2 * i + labels[i]] = 5;
        }
        LabelledData data = new LabelledData(new byte[SAMPLES], 1, new Shape(1), labels, 2);
        Cascade.Stages stages =
                new Cascade.Stages(
                        new Table(student), STUDENT_SECONDS, new Table(teacher), TEACHER_SECONDS);
        return Cascade.of(stages, data, data, manager);
    }

    @Test
    void aTeacherThatIsNeverAskedOrAlwaysIsSaidToBe() {
        String never = summary(40);
        assertTrue(
                never.startsWith(
                        "The teacher is asked about none of the validation samples and none of the"
                                + " test samples, below a confidence of "),
                never);
        assertTrue(
                never.endsWith(
                        "the student alone was right at least as often, so it needs no teacher."),
                never);
        // The student is wrong where it is surest.
        String always = summary(39);
        assertTrue(always.startsWith("The teacher is asked about all of the test"), always);
        assertTrue(always.endsWith("so it saves nothing."), always);
    }

    /** The held-out samples have other confidences than those that chose the threshold. */
    @Test
    void theThresholdIsTheSameOnOtherSamples() {
        int samples = 10;
        float[] student = new float[2 * samples];
        float[] teacher = new float[2 * samples];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            student[2 * i + (i < 3 ? 1 : 0)] = 0.5f * (i + 1);
            teacher[2 * i] = 5;
        }
        LabelledData validation = new LabelledData(new byte[samples], 1, new Shape(1), labels, 2);
        LabelledData heldOut = validation.select(new int[] {0, 1, 2, 3, 4, 5, 6});
        float[] surer = student.clone();
        for (int i = 0; i < surer.length; i++) {
            surer[i] *= 1.1f;
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            Cascade cascade =
                    Cascade.of(
                            new Cascade.Stages(
                                    new InTurn(new Table(student), new Table(surer)),
                                    STUDENT_SECONDS,
                                    new Table(teacher),
                                    TEACHER_SECONDS),
                            validation,
                            heldOut,
                            manager);
            assertEquals(cascade.threshold(), cascade.onValidation().threshold());
            assertEquals(cascade.threshold(), cascade.onTest().threshold());
            // What was the next confidence is above the threshold now.
            assertEquals(3.0 / 7, cascade.onTest().askedShare());
        }
    }

    /** The student is wrong on two of the five that it is least sure of, all to the same degree. */
    @Test
    void equalConfidencesAreAskedAboutTogether() {
        int samples = 20;
        float[] student = new float[2 * samples];
        float[] teacher = new float[2 * samples];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            labels[i] = i % 2;
            student[2 * i + (i < 2 ? 1 - labels[i] : labels[i])] = i < 5 ? 0.5f : 1 + i;
            teacher[2 * i + labels[i]] = 5;
        }
        LabelledData data = new LabelledData(new byte[samples], 1, new Shape(1), labels, 2);
        try (NDManager manager = NDManager.newBaseManager()) {
            Cascade.Stages stages =
                    new Cascade.Stages(
                            new Table(student),
                            STUDENT_SECONDS,
                            new Table(teacher),
                            TEACHER_SECONDS);
            Cascade cascade = Cascade.of(stages, data, data, manager);
            assertEquals(5.0 / samples, cascade.onValidation().askedShare());
            assertEquals(cascade.onValidation(), cascade.onTest());
            for (CascadePoint point : cascade.curveOnTest()) {
                double asked = point.askedShare() * samples;
                assertTrue(asked == 0 || asked >= 5, "asked about " + asked);
            }
        }
    }

    /** Labels drawn by the softmax of the logits over a temperature have that temperature. */
    @Test
    void theTemperatureIsTheOneByWhichTheLabelsWereDrawn() {
        SplittableRandom random = new SplittableRandom(2);
        for (double temperature : new double[] {0.4, 1, 3}) {
            int samples = 20_000;
            float[] logits = new float[2 * samples];
            int[] labels = new int[samples];
            for (int i = 0; i < samples; i++) {
                logits[2 * i] = (float) (2 * random.nextGaussian());
                double probability = 1 / (1 + Math.exp(-logits[2 * i] / temperature));
                labels[i] = random.nextDouble() < probability ? 0 : 1;
            }
            double found = Confidence.fitted(logits, labels, 2).temperature();
            assertTrue(Math.abs(found / temperature - 1) < 0.1, temperature + ", found " + found);
        }
    }

    @Test
    void confidenceIsTheSoftmaxOverTheTemperature() {
        float[] logits = {9, 9, 1, 2, 0.5f};
        double sum = Math.exp(-0.5) + 1 + Math.exp(-0.75);
        assertEquals(1 / sum, new Confidence(2).of(new float[] {1, 2, 0.5f}, 0, 3), 1e-12);
        assertEquals(0.5, new Confidence(0.1).of(logits, 0, 2), 1e-12);
    }
}
