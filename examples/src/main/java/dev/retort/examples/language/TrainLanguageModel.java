package dev.retort.examples.language;

import dev.retort.distill.data.JdkSources;
import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.examples.lab.SupervisedTraining;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A run of an experiment: trains a language model of bytes on the JDK's sources and gives its loss
 * on held-out files, in nats a byte.
 *
 * <p>Its parameters: {@code params}, which has to be the N of a transformer of the family of {@link
 * ByteLanguageModels}, and {@code tokens}, the bytes that it sees, rounded to whole steps: its
 * result says to how many. {@code ./retort plan next --store … --task
 * dev.retort.examples.language.TrainLanguageModel} plans with it.
 */
public final class TrainLanguageModel implements Task {
    /** Made by name, for each attempt. */
    public TrainLanguageModel() {}

    @Override
    public Outcome run(TaskContext context) throws IOException {
        double parameters = number(context, "params");
        Optional<ByteModelShape> shape =
                LanguageFamily.attention().shapes().stream()
                        .filter(each -> Math.round(parameters) == each.multipliedParameters())
                        .findFirst();
        if (shape.isEmpty()) {
            return new Outcome.Infeasible(
                    "expected the parameters of one of %s, found %s"
                            .formatted(
                                    LanguageFamily.attention().shapes().stream()
                                            .map(ByteModelShape::multipliedParameters)
                                            .toList(),
                                    Math.round(parameters)));
        }
        long steps =
                Math.max(
                        1,
                        Math.round(
                                number(context, "tokens")
                                        / (LanguageRun.WINDOWS * LanguageRun.LENGTH)));
        LanguageRun run = new LanguageRun(shape.get(), steps, context.seed());
        try {
            double loss =
                    new LanguageTraining(JdkSources.load())
                            .train(run, new SupervisedTraining(context))
                            .loss();
            return new Outcome.Finished(Map.of("loss", loss, "tokens", (double) run.tokens()));
        } catch (TrainingStoppedException _) {
            return new Outcome.Stopped();
        } catch (TrainingDivergedException e) {
            return new Outcome.Diverged(String.valueOf(e.getMessage()));
        }
    }

    private static double number(TaskContext context, String parameter) {
        Object value = context.config().get(parameter);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException(
                "expected a number for the parameter %s, found %s".formatted(parameter, value));
    }
}
