package dev.retort.examples;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.tap.FeatureTransfer;
import dev.retort.distill.tap.Tap;
import dev.retort.distill.tap.Taps;

import java.io.PrintWriter;
import java.util.List;

/** The layers of the two networks of a task. */
final class TapList {
    private TapList() {}

    /**
     * Prints them with their shapes.
     *
     * @throws IllegalArgumentException if the teacher is none of the task's network
     */
    static void print(DistillationTask task, PrintWriter out) {
        if (task.origin() instanceof TeacherOrigin.Given given) {
            throw new IllegalArgumentException(
                    "expected a teacher that is a network of the recipe with --taps, found "
                            + given.words());
        }
        try (Model teacher = model("teacher", task.teacher().get(), task);
                Model student = model("student", task.student().get(), task)) {
            for (Model model : List.of(teacher, student)) {
                TextTable table = new TextTable(List.of(model.getName(), "shape"));
                for (Tap tap : Taps.of(model, task.data().train().sampleShape())) {
                    table.row(List.of(tap.path(), tap.shape().toString()));
                }
                table.print(out);
                out.println();
            }
        }
        out.flush();
    }

    /**
     * Makes what the hints of a task need, and throws it away.
     *
     * @throws IllegalArgumentException if there is no such layer, or two cannot be compared
     */
    static void check(DistillationTask task) {
        if (task.hints().isEmpty()) {
            return;
        }
        try (Model teacher = model("teacher", task.teacher().get(), task);
                Model student = model("student", task.student().get(), task)) {
            new FeatureTransfer(student, teacher, task.hints(), task.data().train().sampleShape())
                    .close();
        }
    }

    private static Model model(String name, Block block, DistillationTask task) {
        Model model = Model.newInstance(name);
        block.initialize(
                model.getNDManager(),
                DataType.FLOAT32,
                new Shape(1).addAll(task.data().train().sampleShape()));
        model.setBlock(block);
        return model;
    }
}
