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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How a run of the experiment store is read as a point of a law: N and D are parameters of its task
 * or results of it, the loss is a result. Each run is a run of its own, so seeds of one arm are
 * independent points; a run whose result was taken from another is that other run. Where a run has
 * {@value #FLOPS} or {@value #SCHEDULE}, its point has them too.
 *
 * @param parameters the name of N, such as {@code params}
 * @param tokens the name of D, such as {@code tokens}
 * @param loss the name of the loss, such as {@code loss}
 * @param unit the unit of the loss
 */
public record StoreRuns(String parameters, String tokens, String loss, LossUnit unit) {
    /** The name of the FLOPs of a run. */
    public static final String FLOPS = "flops";

    /** The name of the tokens at the end of the learning-rate schedule of a run. */
    public static final String SCHEDULE = "schedule_tokens";

    /** {@code params}, {@code tokens} and {@code loss} in nats. */
    public static final StoreRuns USUAL = new StoreRuns("params", "tokens", "loss", LossUnit.NATS);

    /**
     * The finished runs of a store.
     *
     * @param lab the store
     * @param filter which runs are meant; only those that succeeded, or whose result was taken from
     *     an equal run, are read, each result once
     * @return the points, the oldest run first
     * @throws PlanningException if a run lacks one of the three, or has one that cannot be; the
     *     message names both
     */
    public List<LossPoint> points(Lab lab, RunFilter filter) {
        return points(lab, filter, _ -> true);
    }

    /** The same of some arms only. */
    List<LossPoint> points(Lab lab, RunFilter filter, Predicate<Arm> of) {
        Set<String> read = new HashSet<>();
        List<LossPoint> points = new ArrayList<>();
        for (RunView view : lab.runs(filter.in(RunState.SUCCEEDED, RunState.REUSED))) {
            Arm arm = arm(lab, view);
            if (of.test(arm) && read.add(origin(view))) {
                points.add(point(view, arm));
            }
        }
        return points;
    }

    /** The run that the result is of. */
    private static String origin(RunView view) {
        return view.reusedOf() == null ? view.run().id() : view.reusedOf();
    }

    private static Arm arm(Lab lab, RunView view) {
        Experiment experiment = lab.experiment(view.run().experiment()).orElseThrow();
        return experiment.arm(view.run().arm());
    }

    private LossPoint point(RunView view, Arm arm) {
        Map<String, Object> config = arm.config();
        double size = number(parameters, view, config);
        double data = number(tokens, view, config);
        double nats = unit.toNats(number(loss, view, Map.of()));
        Optional<Double> flops = given(FLOPS, view, config);
        Optional<Double> schedule = given(SCHEDULE, view, config);
        try {
            LossPoint point = LossPoint.of(size, data, nats).ofRun(origin(view));
            if (flops.isPresent()) {
                point = point.withFlops(flops.get());
            }
            return schedule.isPresent() ? point.withSchedule(schedule.get()) : point;
        } catch (PlanningException e) {
            throw e.within("run " + view.run().id());
        }
    }

    /** A result of a run, or else a parameter of its task. */
    private static Optional<Double> given(String name, RunView view, Map<String, Object> config) {
        return Optional.ofNullable(view.values().get(name))
                .or(
                        () ->
                                config.get(name) instanceof Number value
                                        ? Optional.of(value.doubleValue())
                                        : Optional.empty());
    }

    private static double number(String name, RunView view, Map<String, Object> config) {
        return given(name, view, config)
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
