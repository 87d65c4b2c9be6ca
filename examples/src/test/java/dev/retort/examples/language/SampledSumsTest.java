package dev.retort.examples.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.retort.distill.sequence.ByteLanguageModel;
import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.examples.language.SampledSums.Sum;
import dev.retort.planning.PlanningException;
import dev.retort.planning.table.SampleTable;
import dev.retort.planning.table.Table;
import dev.retort.planning.testtime.LiveSampling;
import dev.retort.planning.testtime.ResultTable;
import dev.retort.planning.testtime.Sample;
import dev.retort.planning.testtime.Selector;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class SampledSumsTest {
    @TempDir private Path folder;

    @Test
    void aModelThatHalfLearnedIsBetterWithAVerifier() throws IOException {
        ResultTable table = SampledSums.sample(800, 8, 1);
        assertEquals(100, table.problems().size());
        assertEquals(8, table.fewestSamples());
        double one = table.passAtK(1).estimate();
        double best = table.chosen(Selector.BEST_OF, 8).share().estimate();
        double covered = table.passAtK(8).estimate();
        // By chance one of 19 sums is right.
        assertTrue(one > 0.2 && one < 0.8, "one sample: " + one);
        assertTrue(best > one + 0.1, "%s of one, %s of the best".formatted(one, best));
        assertTrue(covered > best);
        Path file = Files.writeString(folder.resolve("sums.csv"), SampledSums.csv(table));
        ResultTable read = SampleTable.of(Table.read(file)).results();
        for (Selector selector : Selector.values()) {
            assertEquals(table.chosen(selector, 4), read.chosen(selector, 4), selector.name());
        }
        assertEquals(table.tokensPerSample(), read.tokensPerSample());
    }

    @Test
    void noAnswerIsAnAnswerOfItsOwn() throws IOException {
        Sample said = Sample.of("a", false).scored(0).answering("1\"").taking(2);
        ResultTable table = ResultTable.of(List.of(said, said.answering("")));
        Path file = Files.writeString(folder.resolve("none.csv"), SampledSums.csv(table));
        ResultTable read = SampleTable.of(Table.read(file)).results();
        assertTrue(read.hasAnswers());
        assertEquals(
                List.of("1\"", "(none)"),
                read.problems().getFirst().samples().stream()
                        .map(each -> each.answer().orElseThrow())
                        .toList());
    }

    @Test
    void aVerifierKnowsOnlyWhetherASumIsEven() {
        Sum sum = new Sum(3, 5);
        assertEquals("\n3+5=", sum.prompt());
        assertEquals("8", sum.result());
        assertEquals(1, sum.plausible("8"));
        assertEquals(1, sum.plausible("12"));
        assertEquals(0, sum.plausible("9"));
        assertEquals(0, sum.plausible("+8"));
        assertEquals(0, sum.plausible(""));
    }

    @Test
    void anAnswerDependsOnItsSeedAlone() {
        ByteModelShape shape = new ByteModelShape(ByteModelShape.Mixer.ATTENTION, 1, 8, 4, 8);
        try (Model model = Model.newInstance("bytes")) {
            var manager = model.getNDManager();
            manager.getEngine().setRandomSeed(3);
            ByteLanguageModel block = new ByteLanguageModel(shape, EngineAttention.of(manager));
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 8));
            ByteSampler sampler = new ByteSampler(block, manager, 1, 4);
            Set<String> answers = new HashSet<>();
            for (long seed = 0; seed < 20; seed++) {
                LiveSampling.Answer answer = sampler.generate("ab=", seed);
                assertEquals(answer, sampler.generate("ab=", seed));
                assertTrue(answer.tokens() >= 1 && answer.tokens() <= 4);
                assertTrue(answer.text().length() <= answer.tokens());
                answers.add(answer.text());
            }
            assertTrue(answers.size() > 10, answers.toString());
            // A prompt beyond Latin-1 is read as its own bytes, not as question marks.
            Set<String> others = new HashSet<>();
            Set<String> questions = new HashSet<>();
            for (long seed = 0; seed < 20; seed++) {
                others.add(sampler.generate("\u20ac", seed).text());
                questions.add(sampler.generate("?", seed).text());
            }
            assertNotEquals(questions, others);
            // Next to nothing of temperature leaves the likeliest bytes.
            ByteSampler cold = new ByteSampler(block, manager, 1e-6, 4);
            assertEquals(cold.generate("ab=", 1), cold.generate("ab=", 2));
            assertThrows(PlanningException.class, () -> sampler.generate("", 1));
            assertThrows(PlanningException.class, () -> new ByteSampler(block, manager, 0, 4));
            assertThrows(PlanningException.class, () -> new ByteSampler(block, manager, 1, 0));
        }
    }
}
