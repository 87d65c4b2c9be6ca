package dev.retort.distill.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.retort.device.Reading;
import dev.retort.distill.InferenceLatency;
import dev.retort.distill.ModelCost;
import dev.retort.distill.Networks;
import dev.retort.distill.OfflineDistillation;
import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.flops.FlopCount;
import dev.retort.distill.loss.Objective;
import dev.retort.distill.teacher.Teacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

class StudentDesignerTest {
    private static final Limits NONE =
            new Limits(Optional.empty(), OptionalLong.empty(), OptionalDouble.empty());
    private static final TrainingPlan PLAN = TrainingPlan.of(2, 64, 1e-2f);

    @TempDir Path folder;

    @Test
    void theFrontHasWhatNoOtherIsBetterThan() {
        List<DesignedStudent> students =
                StudentDesigner.withFront(
                        List.of(
                                student("slow and good", 50, 0.95),
                                student("slower and as good", 60, 0.95),
                                student("fast and fair", 10, 0.9),
                                student("as fast and worse", 10, 0.8),
                                student("between and worse", 30, 0.85),
                                student("not trained", 1, null)));
        assertEquals(
                List.of("slow and good", "fast and fair"),
                students.stream()
                        .filter(DesignedStudent::onFront)
                        .map(DesignedStudent::name)
                        .toList());
    }

    /** Turns of half a microsecond to either side. */
    @Test
    void studentsThatWereTimedAlikeAreNamed() {
        assertEquals(
                Optional.empty(),
                DesignReport.caution(
                        List.of(
                                student("fast", 10, 0.9),
                                student("slow", 12, 0.95),
                                student("as slow, not trained", 12, null))));
        assertEquals(
                Optional.of(
                        "The p95 of a student differs from turn to turn by as much as it does"
                                + " between students, so another call may draw another front: a;"
                                + " b. On a machine with nothing else to do they differ less."),
                DesignReport.caution(
                        List.of(
                                student("a", 10, 0.9),
                                student("b", 11, 0.95),
                                student("c", 13, 0.96))));
        assertEquals("9.50 µs to 10.5 µs", student("a", 10, 0.9).p95OfTurns());
    }

    @Test
    void thatNoneFitsIsSaid() {
        DesignedStudent large =
                new DesignedStudent("large", cost(10), List.of("size above 1 B"), null, false);
        assertTrue(
                DesignReport.caution(List.of(large))
                        .orElseThrow()
                        .startsWith("No student fits the limits"));
    }

    @Test
    void limitsNameWhatBreaksThem() {
        ModelCost cost = cost(50);
        assertEquals(List.of(), NONE.broken(cost));
        Limits tight =
                new Limits(
                        Optional.of(Duration.ofNanos(49_999)),
                        OptionalLong.of(39),
                        OptionalDouble.of(1));
        assertEquals(
                List.of("p95 above 50.0 µs", "size above 39 B", "energy not known: no counter"),
                tight.broken(cost));
        Limits kept =
                new Limits(
                        Optional.of(Duration.ofNanos(50_000)),
                        OptionalLong.of(40),
                        OptionalDouble.empty());
        assertEquals(List.of(), kept.broken(cost));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Limits(
                                Optional.of(Duration.ZERO),
                                OptionalLong.empty(),
                                OptionalDouble.empty()));
    }

    @Test
    void onlyWhatFitsIsTrainedAndTheTeacherIsAskedOnce() throws IOException {
        DataSplit data = Digits.load();
        List<Candidate> candidates =
                List.of(
                        new Candidate("small", () -> Networks.mlp(new int[] {8}, 10)),
                        new Candidate("large", () -> Networks.mlp(new int[] {400}, 10)));
        Limits limits =
                new Limits(Optional.empty(), OptionalLong.of(10_000), OptionalDouble.empty());
        StudentDesigner designer =
                new StudentDesigner(limits, PLAN, Objective.hinton(4, 0.9), List.of(1L, 2L));
        List<DesignedStudent> timed = designer.time(candidates, data.train().sampleShape());
        assertTrue(timed.stream().allMatch(student -> student.p95Seconds() > 0));
        Labelled teacher = new Labelled(data);
        List<String> trained = new ArrayList<>();
        try (OfflineDistillation distillation =
                OfflineDistillation.open(
                        teacher, data, new CacheFolder(folder, CacheEncoding.fp32()))) {
            int asked = teacher.asked;
            List<DesignedStudent> students =
                    designer.train(
                            candidates,
                            timed,
                            distillation,
                            student -> trained.add(student.name()));
            assertEquals(asked, teacher.asked);
            assertEquals(List.of("small"), trained);
            assertTrue(students.getFirst().onFront());
            assertTrue(requireNonNull(students.getFirst().accuracy()) > 0.3);
            assertNull(students.getLast().accuracy());
            Path page = DesignReport.write("Students", students, folder.resolve("page.html"));
            String html = Files.readString(page);
            assertTrue(html.contains("not trained: size above"), html);
            assertTrue(html.contains(DesignReport.FRONT), html);
            assertTrue(html.contains(DesignReport.REQUEST), html);
            assertTrue(html.contains(students.getFirst().p95OfTurns()), html);
        }
    }

    /** A teacher that knows the labels of the training samples. */
    private static final class Labelled implements Teacher {
        private final DataSplit data;
        private int asked;

        Labelled(DataSplit data) {
            this.data = data;
        }

        @Override
        public String description() {
            return "labels";
        }

        @Override
        public TeacherOutput output() {
            return TeacherOutput.LOGITS;
        }

        @Override
        public NDArray outputs(NDList samples, long[] positions, NDManager owner) {
            asked++;
            float[] logits = new float[10 * positions.length];
            for (int i = 0; i < positions.length; i++) {
                logits[10 * i + data.train().label((int) positions[i])] = 4;
            }
            return owner.create(logits, new Shape(positions.length, 10));
        }

        @Override
        public Fingerprint fingerprint() {
            return Fingerprint.of(List.of("labels"));
        }

        @Override
        public void close() {}
    }

    private static DesignedStudent student(String name, int micros, @Nullable Double accuracy) {
        return new DesignedStudent(name, cost(micros), List.of(), accuracy, false);
    }

    private static ModelCost cost(int micros) {
        Duration time = Duration.ofNanos(1000L * micros);
        return new ModelCost(
                List.of(),
                10,
                40,
                new FlopCount.Unknown("none"),
                new Reading.Absent("no counter"),
                List.of(
                        new InferenceLatency(
                                1, time, time, time.minusNanos(500), time.plusNanos(500), 1)));
    }
}
