package dev.retort.planning.next;

import dev.retort.experiment.Arm;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.planning.fit.LossPoint;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes runs by the scheduler of an experiment store. Each is an experiment of its own that
 * explores, for the runs of one experiment share their seeds: the noise of a law's points has to
 * hold that of seeds too. All carry the tag {@code plan}, so that a loop that begins anew under the
 * same name knows what it asked for.
 *
 * @param lab the store
 * @param name the name of the plan, which the names of its experiments begin with
 * @param team who pays
 * @param template the task, its other parameters, code and data; N and D are added to its
 *     parameters
 * @param reading the names of N, D and the loss
 * @param work does what is queued and returns when nothing is left to do
 */
public record ScheduledRuns(
        Lab lab, String name, String team, Arm template, StoreRuns reading, Runnable work)
        implements PlanLoop.Executor {
    private static final String TAG = "plan";

    @Override
    public List<LossPoint> make(List<Candidate> runs) {
        List<Experiment> submitted = runs.stream().map(this::experiment).toList();
        submitted.forEach(lab::submit);
        work.run();
        List<LossPoint> made = new ArrayList<>();
        for (Experiment each : submitted) {
            made.addAll(reading.points(lab, RunFilter.ofExperiment(each.id())));
        }
        return made;
    }

    /** All runs of the plan so far, those that failed too. */
    @Override
    public List<Candidate> asked() {
        List<Candidate> asked = new ArrayList<>();
        for (Experiment each : lab.experiments()) {
            if (name.equals(each.tags().get(TAG))) {
                for (Arm arm : each.arms()) {
                    if (isOfTemplate(arm)
                            && arm.config().get(reading.parameters()) instanceof Long parameters
                            && arm.config().get(reading.tokens()) instanceof Long tokens) {
                        asked.add(new Candidate((double) parameters, (double) tokens));
                    }
                }
            }
        }
        return asked;
    }

    /**
     * Makes what the plan asked for before it was ended, and reads what the store has of the same
     * task, parameters, code and data, whoever asked for it.
     *
     * @return the points, the oldest run first
     */
    public List<LossPoint> known() {
        if (lab.runs(ofPlan(name)).stream().anyMatch(view -> !view.state().isFinal())) {
            work.run();
        }
        return reading.points(lab, RunFilter.all(), this::isOfTemplate);
    }

    /**
     * The runs of a plan.
     *
     * @param name the name of the plan
     * @return those and no others
     */
    public static RunFilter ofPlan(String name) {
        return new RunFilter(
                null, null, null, null, EnumSet.allOf(RunState.class), Map.of(TAG, name));
    }

    private boolean isOfTemplate(Arm arm) {
        Map<String, Object> others = new HashMap<>(arm.config());
        others.remove(reading.parameters());
        others.remove(reading.tokens());
        return arm.task().equals(template.task())
                && arm.code().equals(template.code())
                && arm.data().equals(template.data())
                && others.equals(template.config());
    }

    /** The same run of the same template has the same name and seed. */
    private Experiment experiment(Candidate run) {
        long parameters = Math.round(run.parameters());
        long tokens = Math.round(run.tokens());
        Map<String, Object> config = new HashMap<>(template.config());
        config.put(reading.parameters(), parameters);
        config.put(reading.tokens(), tokens);
        String arm = "n%d-d%d".formatted(parameters, tokens);
        int version =
                Objects.hash(template.task(), template.config(), template.code(), template.data());
        return new ExperimentBuilder(
                        "%s-%s-%s".formatted(name, Integer.toHexString(version), arm), team)
                .tag(TAG, name)
                .seeds(Integer.toUnsignedLong(Objects.hash(parameters, tokens)))
                .arm(new Arm(arm, template.task(), config, template.code(), template.data()))
                .build();
    }
}
