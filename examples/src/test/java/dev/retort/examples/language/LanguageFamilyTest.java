package dev.retort.examples.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.FlopConvention;
import dev.retort.planning.PlanningException;
import dev.retort.planning.table.RunTable;
import dev.retort.planning.table.Table;

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
import java.util.Map;
import java.util.Optional;

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
        String made;
        try (var lines = Files.lines(file)) {
            made = lines.findFirst().orElseThrow().substring(2);
        }
        assertTrue(made.endsWith("; " + LanguageTraining.settings(family)), made);
        LanguageResults results = LanguageResults.open(file, made);
        LanguageResults larger = LanguageResults.open(ByteLanguageModels.heldOut(file), made);
        assertTrue(family.heldOut().stream().noneMatch(results::has));
        assertTrue(family.runs().stream().noneMatch(larger::has));
        PredictedRun prediction = PredictedRun.of(family, results);
        assertEquals(predicted, prediction.predicted().estimate(), 5e-4);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        prediction.judge(
                family.heldOut(), larger, new PrintStream(said, true, StandardCharsets.UTF_8));
        assertTrue(
                said.toString(StandardCharsets.UTF_8)
                        .endsWith("3 of 3 runs lie in the predicted interval\n"),
                said.toString(StandardCharsets.UTF_8));
    }

    /** What a reader gets who fits the file: the law that the larger run was predicted by. */
    @Test
    void aFitOfTheFileDoesNotKnowTheLargerRun() throws IOException {
        for (String name : List.of("attention.csv", "state_space.csv")) {
            LanguageFamily family =
                    name.startsWith("attention")
                            ? LanguageFamily.attention()
                            : LanguageFamily.stateSpace();
            RunTable table =
                    RunTable.of(
                            Table.read(RECORDED.resolve(name)),
                            new RunTable.Reading(
                                    Optional.empty(), Map.of(), new FlopConvention.SixND()));
            assertEquals(family.runs().size(), table.points().size());
            double larger = (double) family.heldOut().getFirst().shape().multipliedParameters();
            assertTrue(table.points().stream().allMatch(run -> run.parameters() < larger));
        }
    }

    @Test
    void resultsOfOtherSettingsAreRefused() throws IOException {
        Path file = folder.resolve("results.csv");
        LanguageFamily family = LanguageFamily.attention();
        String other = LanguageTraining.settings(LanguageFamily.stateSpace());
        LanguageResults.open(file, "a text; " + LanguageTraining.settings(family))
                .add(family.runs().getFirst(), new LanguageTraining.Outcome(1.25, 3));
        PlanningException error =
                assertThrows(
                        PlanningException.class,
                        () -> LanguageResults.open(file, "a text; " + other));
        assertTrue(
                error.getMessage()
                        .contains(
                                "heads of 16, peak rate 0.256 / width, gradients clipped to norm 1.0"),
                error.getMessage());
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
