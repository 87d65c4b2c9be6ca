package dev.retort.planning.next;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.state.RunView;
import dev.retort.planning.LossUnit;
import dev.retort.planning.PlanningException;
import dev.retort.planning.fit.LossPoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run of the experiment store is read as a point of a law: N and D are parameters of its task
 * or results of it, the loss is a result. Each run is a run of its own, so seeds of one arm are
 * independent points.
 *
 * @param parameters the name of N, such as {@code params}
 * @param tokens the name of D, such as {@code tokens}
 * @param loss the name of the loss, such as {@code loss}
 * @param unit the unit of the loss
 */
public record StoreRuns(String parameters, String tokens, String loss, LossUnit unit) {
    /** {@code params}, {@code tokens} and {@code loss} in nats. */
    public static final StoreRuns USUAL = new StoreRuns("params", "tokens", "loss", LossUnit.NATS);

    /**
     * The finished runs of a store.
     *
     * @param lab the store
     * @param filter which runs are meant; only those that succeeded, or whose result was taken from
     *     an equal run, are read
     * @return the points, the oldest run first
     * @throws PlanningException if a run lacks one of the three; the message names both
     */
    public List<LossPoint> points(Lab lab, RunFilter filter) {
        return lab.runs(filter.in(RunState.SUCCEEDED, RunState.REUSED)).stream()
                .map(view -> point(view, arm(lab, view)))
                .toList();
    }

    private static Arm arm(Lab lab, RunView view) {
        Experiment experiment = lab.experiment(view.run().experiment()).orElseThrow();
        return experiment.arm(view.run().arm());
    }

    private LossPoint point(RunView view, Arm arm) {
        Map<String, Object> config = arm.config();
        return LossPoint.of(
                        number(parameters, view, config),
                        number(tokens, view, config),
                        unit.toNats(number(loss, view, Map.of())))
                .ofRun(view.run().id());
    }

    private static double number(String name, RunView view, Map<String, Object> config) {
        return Optional.ofNullable(view.values().get(name))
                .or(
                        () ->
                                config.get(name) instanceof Number given
                                        ? Optional.of(given.doubleValue())
                                        : Optional.empty())
                .orElseThrow(
                        () ->
                                new PlanningException(
                                        "expected a number %s of run %s, found the results %s and the parameters %s"
                                                .formatted(
                                                        name,
                                                        view.run().id(),
                                                        view.values().keySet(),
                                                        config.keySet())));
    }
}
