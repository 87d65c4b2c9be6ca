package dev.retort.planning.next;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.planning.fit.LossPoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes runs by the scheduler of an experiment store: each round is an experiment that explores,
 * with an arm for each run. A round that was submitted before, by a loop that was killed, is not
 * submitted again, and its finished runs are not made again.
 *
 * @param lab the store
 * @param name the name of the experiments; rounds are told apart by what they hold
 * @param team who pays
 * @param template the task, its other parameters, code and data; N and D are added to its
 *     parameters
 * @param reading the names of N, D and the loss
 * @param work does what is queued and returns when nothing is left to do
 */
public record ScheduledRuns(
        Lab lab, String name, String team, Arm template, StoreRuns reading, Runnable work)
        implements PlanLoop.Executor {
    @Override
    public List<LossPoint> make(List<Candidate> runs) {
        ExperimentBuilder builder = new ExperimentBuilder(nameOf(runs), team);
        for (Candidate run : runs) {
            builder.arm(arm(run));
        }
        Experiment round = builder.build();
        lab.submit(round);
        work.run();
        return reading.points(lab, RunFilter.ofExperiment(round.id()));
    }

    /** The same runs get the same name, so that a loop that begins anew finds them. */
    private String nameOf(List<Candidate> runs) {
        return name + "-" + Integer.toHexString(runs.hashCode());
    }

    private Arm arm(Candidate run) {
        Map<String, Object> config = new HashMap<>(template.config());
        config.put(reading.parameters(), Math.round(run.parameters()));
        config.put(reading.tokens(), Math.round(run.tokens()));
        return new Arm(
                "n%d-d%d".formatted(Math.round(run.parameters()), Math.round(run.tokens())),
                template.task(),
                config,
                template.code(),
                template.data());
    }
}
