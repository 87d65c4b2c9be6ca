package dev.retort.experiment.schedule;

import dev.retort.experiment.Decision;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.FailureClass;
import dev.retort.experiment.Resources;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.state.LabState;
import dev.retort.experiment.state.RunView;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether a run that has its turn may go: a function of the state and the time. */
final class Admission {
    private static final String REUSE = "reuse/1";

    private final SchedulerOptions options;

    Admission(SchedulerOptions options) {
        this.options = options;
    }

    /** What is to be done with a run that has its turn. */
    sealed interface Ruling {
        /** Nothing, it is no longer queued. */
        record Gone() implements Ruling {}

        /**
         * It may go.
         *
         * @param before what is recorded with it
         * @param again whether it may go even if a run is found to have done the same work
         */
        record Admit(List<Event> before, boolean again) implements Ruling {}

        /**
         * It ends without an attempt.
         *
         * @param events what happens
         */
        record Settle(List<Event> events) implements Ruling {}

        /**
         * It waits for something else than resources.
         *
         * @param reason one sentence
         * @param awaited the run it waits for, or the first of several, or {@code null} if there is
         *     none
         * @param budget whose budget leaves too little, by its name in {@link Spending#accounts},
         *     or {@code null}: any run of it that ends may leave more
         */
        record Hold(String reason, @Nullable String awaited, @Nullable String budget)
                implements Ruling {
            Hold(String reason, @Nullable String awaited) {
                this(reason, awaited, null);
            }
        }
    }

    Ruling rule(LabState state, String run, Instant now, OpenAttempts open) {
        RunView view = state.run(run).orElse(null);
        if (view == null || view.state() != RunState.QUEUED) {
            return new Ruling.Gone();
        }
        Experiment experiment = state.experimentOf(view);
        List<Event> recorded = new ArrayList<>();
        boolean again = !experiment.reuse();
        if (experiment.reuse()) {
            Optional<RunView> before = state.resultOf(view.run().contentKey());
            Optional<RunView> compared = Reruns.compared(state, view);
            if (before.isPresent() && compared.isEmpty()) {
                return reuse(view, before.get());
            }
            if (compared.isPresent() && view.attempts().isEmpty()) {
                recorded.add(Reruns.decision(view, compared.get()));
            }
            again = compared.isPresent();
            Optional<RunView> twin = state.activeOf(view.run().contentKey());
            if (twin.isPresent()) {
                return twin(twin.get().run().id());
            }
        }
        Ruling.Hold fork = Forks.hold(state, view);
        if (fork != null) {
            return fork;
        }
        recorded.addAll(Forks.begun(state, view));
        int broken = state.brokenAttempts(experiment.id(), view.run().arm());
        if (broken >= options.retries().poisonAfter()) {
            return poisoned(view, broken);
        }
        String missing = missing(experiment.resources());
        if (missing != null) {
            return new Ruling.Hold(missing, null);
        }
        Ruling.Hold spent = new Spending(options, state, open).hold(experiment, now);
        return spent == null ? new Ruling.Admit(recorded, again) : spent;
    }

    /** Waits for a run that does the same work. */
    static Ruling.Hold twin(String other) {
        return new Ruling.Hold("the same work is being done by run " + other, other);
    }

    private static Ruling reuse(RunView view, RunView source) {
        String of = source.run().id();
        String reason = "run " + of + " did the same work";
        Decision decision =
                new Decision(
                        Decision.Kind.REUSE,
                        view.run().id(),
                        reason,
                        REUSE,
                        Json.sha256(List.of(of, view.run().contentKey().sha256())));
        return new Ruling.Settle(
                List.of(
                        new DecisionMade(decision),
                        new RunEnded(
                                view.run().id(),
                                RunState.REUSED,
                                reason,
                                source.values(),
                                of,
                                null)));
    }

    private static Ruling poisoned(RunView view, int broken) {
        String reason = broken + " attempts of arm " + view.run().arm() + " broke their process";
        Decision decision =
                new Decision(
                        Decision.Kind.GIVE_UP,
                        view.run().id(),
                        reason,
                        RetryPolicy.NAME,
                        Json.sha256(List.of(view.run().arm(), broken)));
        return new Ruling.Settle(
                List.of(
                        new DecisionMade(decision),
                        new RunEnded(
                                view.run().id(),
                                RunState.FAILED,
                                reason,
                                Map.of(),
                                null,
                                FailureClass.POISONED)));
    }

    /** Why a run can never fit, or {@code null} if it can. */
    private @Nullable String missing(Resources needed) {
        Capacity capacity = options.capacity();
        if (capacity.room().fits(needed)) {
            return null;
        }
        return "it needs "
                + needed
                + ", and this scheduler has "
                + new Resources(capacity.cores(), capacity.devices().size());
    }

    /** The attempts of this scheduler, which knows more of them than the log. */
    interface OpenAttempts {
        /**
         * The device-hours that those of some experiments took so far which have not ended, by run;
         * those too whose admission is not in the log yet.
         */
        Map<String, Double> hours(LabState state, Predicate<Experiment> of);
    }
}
