package dev.retort.experiment.schedule;

import dev.retort.experiment.Budget;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.schedule.Admission.OpenAttempts;
import dev.retort.experiment.schedule.Admission.Ruling.Hold;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Whether budgets allow one run more, where those in progress count with what they are expected to
 * take: a function of the state, the time and what attempts took so far.
 */
final class Spending {
    /** So that a budget of three runs is enough for three, whatever their sum is rounded to. */
    private static final double ROUNDING = 1e-9;

    private final SchedulerOptions options;
    private final LabState state;
    private final OpenAttempts open;

    Spending(SchedulerOptions options, LabState state, OpenAttempts open) {
        this.options = options;
        this.state = state;
        this.open = open;
    }

    /** The names of the budgets that a run of an experiment is paid from, as holds give them. */
    static List<String> accounts(Experiment experiment) {
        List<String> accounts = new ArrayList<>();
        accounts.add(ofExperiment(experiment.id()));
        experiment.hypotheses().forEach(id -> accounts.add(ofHypothesis(id)));
        return accounts;
    }

    private static String ofExperiment(String id) {
        return "experiment " + id;
    }

    private static String ofHypothesis(String id) {
        return "hypothesis " + id;
    }

    /** Why a run of an experiment has to wait, or {@code null} if it may go. */
    @Nullable Hold hold(Experiment experiment, Instant now) {
        String id = experiment.id();
        Hold own =
                isLimited(experiment.budget())
                        ? hold(
                                ofExperiment(id),
                                experiment.budget(),
                                state.deviceHoursOfExperiment(id),
                                inProgress(
                                        state.openOfExperiment(id), of -> of.id().equals(id), now),
                                experiment,
                                now)
                        : null;
        if (own != null) {
            return own;
        }
        return experiment.hypotheses().stream()
                .map(hypothesis -> holdOf(hypothesis, experiment, now))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Hold holdOf(String hypothesis, Experiment experiment, Instant now) {
        Hypothesis registered = state.hypothesis(hypothesis).orElseThrow();
        if (!isLimited(registered.budget())) {
            return null;
        }
        return hold(
                ofHypothesis(hypothesis),
                registered.budget(),
                state.deviceHoursOfHypothesis(hypothesis),
                inProgress(
                        state.openOfHypothesis(hypothesis),
                        of -> of.hypotheses().contains(hypothesis),
                        now),
                experiment,
                now);
    }

    private static boolean isLimited(Budget budget) {
        return budget.deviceHours() != null || budget.money() != null || budget.deadline() != null;
    }

    /** What runs in progress are expected to take, by name, whoever is at work on them. */
    private Map<String, Double> inProgress(
            Set<String> runs, Predicate<Experiment> of, Instant now) {
        Map<String, Double> hours = new TreeMap<>(open.hours(state, of));
        for (String run : runs) {
            hours.computeIfAbsent(
                    run, name -> Charges.hours(state, state.run(name).orElseThrow(), now));
        }
        hours.replaceAll((run, soFar) -> Math.max(soFar, expected(run)));
        return hours;
    }

    private double expected(String run) {
        return state.run(run).map(RunView::run).map(of -> experiment(of.experiment())).orElse(0.0);
    }

    private double experiment(String id) {
        return state.experiment(id).map(this::expected).orElse(0.0);
    }

    private double expected(Experiment experiment) {
        Double said = experiment.budget().runDeviceHours();
        return said != null ? said : state.meanDeviceHours(experiment.id()).orElse(0);
    }

    /**
     * The way out, where nothing that is in progress may leave more: what was submitted stays as it
     * is, its budgets too, and a hypothesis is decided by one experiment.
     */
    private static String wayOut(Experiment experiment, String wanted) {
        if (experiment.hypothesis() != null) {
            return "; to go on, submit the experiment and its hypothesis under other ids with "
                    + wanted;
        }
        return "; to go on, submit the experiment under another id with "
                + wanted
                + (experiment.reuse() ? ", which takes the results that are there" : "");
    }

    private @Nullable Hold hold(
            String whose,
            Budget budget,
            double ended,
            Map<String, Double> inProgress,
            Experiment experiment,
            Instant now) {
        Double limit = budget.deviceHours();
        Double money = budget.money();
        double price = options.pricePerDeviceHour();
        double reserved = inProgress.values().stream().mapToDouble(hours -> hours).sum();
        double next = expected(experiment);
        String first = inProgress.keySet().stream().findFirst().orElse(null);
        Hold hold = null;
        if (limit != null) {
            hold = hold(whose, "%.3g", "device-hours", limit, ended, reserved, next, first);
        }
        if (hold == null && money != null) {
            hold =
                    hold(
                            whose,
                            "%.2f",
                            "in money",
                            money,
                            ended * price,
                            reserved * price,
                            next * price,
                            first);
        }
        Instant deadline = budget.deadline();
        if (hold == null && deadline != null && !now.isBefore(deadline)) {
            String passed = "the deadline of " + whose + " has passed: " + deadline;
            return new Hold(passed + wayOut(experiment, "a later one"), null);
        }
        return hold == null || hold.awaited() != null
                ? hold
                : new Hold(
                        hold.reason() + wayOut(experiment, "a larger budget"), null, hold.budget());
    }

    private static @Nullable Hold hold(
            String whose,
            String format,
            String unit,
            double limit,
            double ended,
            double reserved,
            double next,
            @Nullable String first) {
        String of = " of " + format + " " + unit;
        if (ended >= limit) {
            String text = "the budget of %s is spent: " + format + of;
            return new Hold(String.format(Locale.ROOT, text, whose, ended, limit), null);
        }
        double all = ended + reserved;
        if (all < limit && all + next <= limit * (1 + ROUNDING)) {
            return null;
        }
        String text =
                "the budget of %s leaves too little: "
                        + format
                        + " spent, "
                        + format
                        + " for runs in progress and "
                        + format
                        + " for this one"
                        + of;
        return new Hold(
                String.format(Locale.ROOT, text, whose, ended, reserved, next, limit),
                first,
                whose);
    }
}
