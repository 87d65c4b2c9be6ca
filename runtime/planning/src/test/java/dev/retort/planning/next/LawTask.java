package dev.retort.planning.next;

import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import java.util.Map;
import java.util.Random;

/** A run that gives the loss of a known law, with noise; runs of the largest size fail. */
public final class LawTask implements Task {
    static final double TOO_LARGE = 9e8;

    /** Made by name, for each attempt. */
    public LawTask() {}

    @Override
    public Outcome run(TaskContext context) {
        double parameters = number(context, "params");
        double tokens = number(context, "tokens");
        if (parameters > TOO_LARGE) {
            return new Outcome.Infeasible("does not fit");
        }
        Random random = new Random((long) (parameters + tokens) + context.seed());
        double noise = Math.exp(0.003 * random.nextGaussian());
        return new Outcome.Finished(
                Map.of("loss", SimulatedRuns.LAW.loss(parameters, tokens) * noise));
    }

    private static double number(TaskContext context, String name) {
        Object value = context.config().get(name);
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
