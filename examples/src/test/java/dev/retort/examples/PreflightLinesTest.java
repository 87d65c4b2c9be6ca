package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.distill.recipe.Recipes;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

class PreflightLinesTest {
    private static String announced(ProgressKind progress) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PreflightLines.announce(
                Recipes.digits(), progress, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsDoneIsSaidAtOnceUnlessNothingIsToBeShown() {
        String line =
                "Distilling: digits, 10 seeds%nReading the data, loading the engine, trying both networks%n"
                        .formatted();
        for (ProgressKind progress : ProgressKind.values()) {
            assertEquals(progress == ProgressKind.NONE ? "" : line, announced(progress));
        }
    }
}
