package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.recipe.RecipeFile;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model that was moved away from the folder of its run says how it was made. */
class ModelRecipeCommandTest extends DistillRuns {
    @Test
    void aModelMakesItsRunOnceMore() throws IOException {
        Path recipe = folder.resolve("short.yaml");
        Files.writeString(
                recipe,
                """
                base: digits
                teacher: {network: {kind: mlp, hidden: [8]}, training: {epochs: 2}}
                student: {training: {epochs: 2}}
                study: {seeds: 1}
                """);
        Path first = folder.resolve("first");
        String[] quiet = {"distill", "--progress=none"};
        assertEquals(
                0,
                run(with(quiet, "--recipe=" + recipe, "--export=onnx", "--out=" + first)),
                err.toString());
        for (String name : new String[] {"student-distilled.safetensors", "student.onnx"}) {
            Path model = folder.resolve(name);
            Files.move(first.resolve(name), model);
            assertEquals(
                    RecipeFile.read(first.resolve("recipe.json")), RecipeFile.read(model), name);
        }
        Path second = folder.resolve("second");
        assertEquals(
                0,
                run(with(quiet, "--recipe=" + folder.resolve("student.onnx"), "--out=" + second)),
                err.toString());
        assertEquals(accuracies(report(first)), accuracies(report(second)));
        assertTrue(Files.exists(second.resolve("student-distilled.safetensors")), out.toString());
    }
}
