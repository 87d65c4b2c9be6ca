package dev.retort.examples.language;

import dev.retort.distill.data.JdkSources;
import dev.retort.distill.sequence.ByteModelShape;
import dev.retort.distill.train.TrainingDivergedException;
import dev.retort.distill.train.TrainingStoppedException;
import dev.retort.examples.lab.Parameters;
import dev.retort.examples.lab.SupervisedTraining;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.io.IOException;
import java.util.List;
import java.util.Map;

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
        LanguageRun run;
        try {
            run = run(Parameters.of(context, "params", "tokens"), context.seed());
        } catch (IllegalArgumentException e) {
            return new Outcome.Infeasible(String.valueOf(e.getMessage()));
        }
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

    private static LanguageRun run(Parameters parameters, long seed) {
        long size = Math.round(parameters.number("params"));
        List<ByteModelShape> family = LanguageFamily.attention().shapes();
        ByteModelShape shape =
                family.stream()
                        .filter(each -> size == each.multipliedParameters())
                        .findFirst()
                        .orElseThrow(() -> unknown(size, family));
        double steps = parameters.number("tokens") / (LanguageRun.WINDOWS * LanguageRun.LENGTH);
        return new LanguageRun(shape, Math.max(1, Math.round(steps)), seed);
    }

    private static IllegalArgumentException unknown(long size, List<ByteModelShape> family) {
        return new IllegalArgumentException(
                "expected the parameters of one of %s, found %s"
                        .formatted(
                                family.stream().map(ByteModelShape::multipliedParameters).toList(),
                                size));
    }
}
