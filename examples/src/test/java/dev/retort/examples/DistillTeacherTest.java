package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.recipe.Recipes;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

/** Teachers of {@code distill} that were trained before. */
class DistillTeacherTest extends DistillRuns {
    @Test
    void aSavedTeacherTakesThePlaceOfATraining() throws Exception {
        Path first = folder.resolve("first");
        String[] small = {"distill", "--epochs=2", "--seeds=1", "--progress=none"};
        assertEquals(0, run(with(small, "--teacher-epochs=3", "--out=" + first)));
        Path second = folder.resolve("second");
        Path file = first.resolve("teacher-0000.params");
        assertEquals(0, run(with(small, "--teacher=" + file, "--out=" + second)), err.toString());
        // The students of the same seed and teacher are the same.
        assertEquals(accuracies(report(first)), accuracies(report(second)));
        assertNull(report(second).models().getFirst().cost());
        assertTrue(
                Files.readString(second.resolve("report.html"))
                        .contains("Teacher: one trained before, from " + file));
    }

    /** The student of a run becomes the teacher of the next one, by another engine. */
    @Test
    void anOnnxModelTeaches() throws Exception {
        Path first = folder.resolve("first");
        String[] small = {"distill", "--epochs=2", "--seeds=1", "--progress=none"};
        assertEquals(
                0,
                run(with(small, "--teacher-epochs=3", "--export=onnx,cascade", "--out=" + first)),
                err.toString());
        assertEquals(
                1,
                out.toString()
                        .lines()
                        .filter(line -> line.startsWith("Export: " + first.resolve("student.onnx")))
                        .count(),
                out.toString());
        Path file = first.resolve("student.onnx");
        Path second = folder.resolve("second");
        assertEquals(0, run(with(small, "--teacher=" + file, "--out=" + second)), err.toString());
        assertEquals(
                report(first).models().getLast().testAccuracy(),
                report(second).models().getFirst().testAccuracy());
        assertTrue(
                Files.readString(second.resolve("report.html"))
                        .contains("Teacher: one that was given, the ONNX model " + file));
        assertEquals(2, run(with(small, "--teacher=" + file, "--export=cascade")));
        assertTrue(
                err.toString()
                        .contains(
                                "expected parameters that DJL saved of a teacher with --export"
                                        + " cascade, found "
                                        + file),
                err.toString());
        assertEquals(2, run(with(small, "--teacher=" + file, "--label-map=0,1")));
        assertTrue(
                err.toString().contains("expected no label map with a whole model"),
                err.toString());
    }

    @Test
    void aTeacherWithOtherClassesNeedsALabelMap() throws Exception {
        Path file = folder.resolve("teacher-0000.params");
        try (Model model = Model.newInstance("teacher")) {
            Block block = Recipes.digits().teacher().network().network(12);
            block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 64));
            model.setBlock(block);
            model.save(folder, "teacher");
        }
        String[] small = {"distill", "--epochs=1", "--seeds=1", "--progress=none"};
        assertEquals(1, run(with(small, "--teacher=" + file, "--out=" + folder.resolve("one"))));
        assertTrue(
                err.toString()
                        .contains("expected a teacher with the 10 classes of the data, found 12"),
                err.toString());
        assertEquals(
                0,
                run(
                        with(
                                small,
                                "--teacher=" + file,
                                "--label-map=11,10,9,8,7,6,5,4,3,2",
                                "--out=" + folder.resolve("two"))),
                err.toString());
    }
}
