package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;

import dev.retort.distill.DistillationTask;
import dev.retort.distill.SeedOutcome;
import dev.retort.distill.Study;
import dev.retort.distill.StudyObserver;
import dev.retort.distill.StudyResult;
import dev.retort.distill.Verdict;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.LabelledData;
import dev.retort.distill.recipe.Recipe;
import dev.retort.distill.recipe.Recipes;
import dev.retort.distill.recipe.StudySettings;
import dev.retort.distill.train.Adam;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Evaluation;
import dev.retort.distill.train.TensorSource;
import dev.retort.distill.train.TrainingLoop;
import dev.retort.distill.train.TrainingObserver;
import dev.retort.distill.train.TrainingPlan;
import dev.retort.distill.train.TrainingResult;
import dev.retort.efficiency.RunMeter;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/** The accuracies that the README states, on real data with the defaults of the command line. */
@Tag("slow")
class AcceptanceTest {
    @Test
    void digitsWithAllLabels() throws IOException {
        StudyResult result = study(OptionalInt.empty());
        assertTrue(mean(result, seed -> seed.teacher().testBest().accuracy()) >= 0.975);
        assertTrue(mean(result, seed -> seed.studentAlone().testBest().accuracy()) >= 0.96);
        assertTrue(mean(result, seed -> seed.studentDistilled().testBest().accuracy()) >= 0.96);
        assertEquals(Verdict.TIES, result.distilledMinusAlone().verdict());
    }

    @Test
    void digitsWithAHundredLabels() throws IOException {
        StudyResult result = study(OptionalInt.of(100));
        assertTrue(result.distilledMinusAlone().mean() > 0.05);
        assertEquals(Verdict.BEATS, result.distilledMinusAlone().verdict());
    }

    @Test
    void fashionMnistStudent() {
        Path folder = Path.of("/usr/share/datasets/fashion-mnist");
        if (!Files.isDirectory(folder)) {
            System.out.println("Skipped, the Fashion-MNIST student: no folder " + folder);
            Assumptions.abort("no folder " + folder);
        }
        DataSplit data = Recipes.fashionMnist().data().withFolder(folder.toString()).load();
        try (NDManager manager = NDManager.newBaseManager();
                Model model = student(data, manager);
                RunMeter meter = RunMeter.open("fashion-mnist")) {
            long parameters = 0;
            for (Parameter parameter : model.getBlock().getParameters().values()) {
                parameters += parameter.getArray().size();
            }
            assertTrue(parameters <= 120_000, parameters + " parameters");
            Evaluation test = train(model, data, meter, manager);
            double minutes = meter.finish().ledger().elapsed().toMillis() / 60e3;
            System.out.printf(
                    "Fashion-MNIST student: %d parameters, %.2f %% test accuracy after %.1f"
                            + " minutes of training%n",
                    parameters, 100 * test.accuracy(), minutes);
            assertTrue(test.accuracy() >= 0.91, test.toString());
        }
    }

    private static Evaluation train(
            Model model, DataSplit data, RunMeter meter, NDManager manager) {
        TrainingPlan plan = Recipes.fashionMnist().student().training().plan();
        LabelledData train = data.train();
        BatchSource source =
                TensorSource.shuffled(
                        train.features(manager),
                        new NDList(train.labels(manager)),
                        plan.batchSize(),
                        1);
        try (Adam adam =
                        new Adam(
                                plan.learningRate().over(plan.epochs() * source.batches()),
                                plan.weightDecay(),
                                manager);
                TrainingResult result =
                        new TrainingLoop(
                                        model,
                                        Loss.softmaxCrossEntropyLoss(),
                                        adam,
                                        plan,
                                        meter,
                                        TrainingObserver.NONE)
                                .fit(source, evaluation(data.validation(), manager))) {
            result.restoreBest(model.getBlock());
            meter.finish();
            return Evaluation.of(model.getBlock(), evaluation(data.test(), manager), manager);
        }
    }

    private static Model student(DataSplit data, NDManager manager) {
        Model model = Model.newInstance("student");
        manager.getEngine().setRandomSeed(1);
        Block block = Recipes.fashionMnist().student().network().network(10);
        block.initialize(
                model.getNDManager(),
                DataType.FLOAT32,
                new Shape(1).addAll(data.train().sampleShape()));
        model.setBlock(block);
        return model;
    }

    private static BatchSource evaluation(LabelledData part, NDManager manager) {
        return TensorSource.ordered(part.features(manager), new NDList(part.labels(manager)), 512);
    }

    private static StudyResult study(OptionalInt labels) throws IOException {
        Recipe.Builder builder = Recipes.digits().change();
        labels.ifPresent(count -> builder.data(data -> data.withLabels(count)));
        Recipe recipe = builder.build();
        DistillationTask task = recipe.task(recipe.data().load());
        StudySettings settings = recipe.study();
        return Study.run(
                        task,
                        settings.firstSeed(),
                        settings.seeds(),
                        Optional.empty(),
                        StudyObserver.NONE)
                .judgedBy(settings.margin(), settings.prices());
    }

    private static double mean(StudyResult result, ToDoubleFunction<SeedOutcome> of) {
        return result.seeds().stream().mapToDouble(of).average().orElseThrow();
    }
}
