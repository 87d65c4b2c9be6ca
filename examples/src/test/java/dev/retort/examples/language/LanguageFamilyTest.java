package dev.retort.examples.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

class LanguageFamilyTest {
    /** The runs that the README speaks of. */
    private static final Path RECORDED = Path.of("planning");

    @TempDir private Path folder;

    private static double flops(LanguageRun run) {
        return 6.0 * run.shape().multipliedParameters() * run.tokens();
    }

    @Test
    void theHeldOutRunIsLargerThanAllOthers() {
        for (LanguageFamily family :
                List.of(LanguageFamily.attention(), LanguageFamily.stateSpace())) {
            assertEquals(
                    family.runs().size(),
                    new HashSet<>(family.runs().stream().map(LanguageRun::name).toList()).size());
            LanguageRun largest = family.heldOut().getFirst();
            for (LanguageRun run : family.runs()) {
                assertTrue(flops(run) < 0.5 * flops(largest), run.name());
                assertTrue(
                        run.shape().multipliedParameters()
                                < largest.shape().multipliedParameters());
            }
            assertEquals(3, family.heldOut().size());
        }
    }

    @Test
    void theRecordedRunsPredictTheLargerOnes() throws IOException {
        judge(LanguageFamily.attention(), RECORDED.resolve("attention.csv"), 1.746);
        judge(LanguageFamily.stateSpace(), RECORDED.resolve("state_space.csv"), 1.552);
    }

    private static void judge(LanguageFamily family, Path file, double predicted)
            throws IOException {
        String corpus;
        try (var lines = Files.lines(file)) {
            corpus = lines.findFirst().orElseThrow().substring(2);
        }
        LanguageResults results = LanguageResults.open(file, corpus);
        PredictedRun prediction = PredictedRun.of(family, results);
        assertEquals(predicted, prediction.predicted().estimate(), 5e-4);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        prediction.judge(
                family.heldOut(), results, new PrintStream(said, true, StandardCharsets.UTF_8));
        assertTrue(
                said.toString(StandardCharsets.UTF_8)
                        .endsWith("3 of 3 runs lie in the predicted interval\n"),
                said.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aRunThatIsInTheFileIsNotMadeAgain() throws IOException {
        Path file = folder.resolve("new/results.csv");
        LanguageRun run = LanguageFamily.attention().runs().getFirst();
        LanguageResults results = LanguageResults.open(file, "a text");
        assertFalse(results.has(run));
        results.add(run, new LanguageTraining.Outcome(1.25, 3));
        LanguageResults again = LanguageResults.open(file, "a text");
        assertTrue(again.has(run));
        assertEquals(1.25, again.loss(run));
        assertFalse(again.has(LanguageFamily.attention().runs().getLast()));
        PlanningException error =
                assertThrows(
                        PlanningException.class, () -> LanguageResults.open(file, "another text"));
        assertEquals(
                "expected runs on another text in %s, found # a text".formatted(file),
                error.getMessage());
    }
}
