package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.EngineSettings;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.train.LearningRate;
import dev.retort.distill.train.TrainingPlan;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.nio.file.Path;
import java.util.List;

/** What options make of a recipe. */
class RecipeOptionsTest {
    private static final Path OUT = Path.of("out");

    private static @Nullable CacheSettings cache(@Nullable Path out, String... options) {
        Recipe.Builder builder = Recipes.digits().change();
        CommandLine.populateCommand(new CacheOptions(), options).apply(builder, out);
        return builder.build().cache();
    }

    @Test
    void aTypeOfCacheAsksForOne() {
        assertNull(cache(OUT));
        assertNull(cache(null, "--no-cache"));
        assertEquals("fp32", requireNonNull(cache(null)).type());
        CacheSettings typed = requireNonNull(cache(OUT, "--cache-type=fp16"));
        assertEquals("fp16", typed.type());
        assertEquals(requireNonNull(cache(null)).folder(), typed.folder());
        assertEquals("mine", requireNonNull(cache(OUT, "--cache=mine")).folder());
    }

    @Test
    void anotherPeakLeavesTheScheduleAsItIs() {
        for (LearningRate rate :
                List.of(
                        LearningRate.constant(0.1f),
                        LearningRate.cosine(0.1f, 0.3f),
                        LearningRate.linear(0.1f, 0.3f),
                        LearningRate.oneCycle(0.1f),
                        LearningRate.steps(0.1f, 0.5, List.of(0.4)))) {
            TrainingPlan plan = TrainingPlan.of(2, 8, 0.1f).withLearningRate(rate);
            LearningRate changed = new LoopOptions().change(plan, 0.2f).learningRate();
            assertEquals(0.2f, changed.peak());
            assertEquals(rate, changed.withPeak(0.1f));
        }
        TrainingPlan plan = TrainingPlan.of(2, 8, 0.1f);
        LoopOptions linear = CommandLine.populateCommand(new LoopOptions(), "--schedule=linear");
        assertEquals(LearningRate.linear(0.2f, 0.1f), linear.change(plan, 0.2f).learningRate());
    }

    private static Recipe teacher(Recipe recipe, String... options) {
        Recipe.Builder builder = recipe.change();
        CommandLine.populateCommand(new TeacherOptions(), options).apply(builder);
        return builder.build();
    }

    @Test
    void fileAndLabelMapOfATeacherChangeOneByOne() {
        Recipe first = teacher(Recipes.digits(), "--teacher=a.params", "--label-map=1,0");
        assertEquals(List.of(1, 0), first.teacher().labelMap());
        Recipe other = teacher(first, "--teacher=b.params");
        assertEquals(Path.of("b.params"), Path.of(requireNonNull(other.teacher().file())));
        assertEquals(List.of(1, 0), other.teacher().labelMap());
        assertEquals(List.of(0, 1), teacher(first, "--label-map=0,1").teacher().labelMap());
        assertThrows(
                IllegalArgumentException.class, () -> teacher(Recipes.digits(), "--label-map=0,1"));
    }

    @Test
    void aRunThatGoesOnHasAsManyThreadsAsWhereItBegan() {
        assertEquals(
                new EngineSettings("Retort", Runtime.getRuntime().availableProcessors()),
                EngineOptions.pinned(new EngineSettings("Retort", null)));
        EngineSettings one = new EngineSettings("PyTorch", 1);
        assertEquals(one, EngineOptions.pinned(one));
    }
}
