package dev.retort.experiment.event;

import dev.retort.experiment.Arm;
import dev.retort.experiment.CauseOfEnd;
import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.Decision;
import dev.retort.experiment.Direction;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.event.Event.AttemptEnded;
import dev.retort.experiment.event.Event.AttemptMeasured;
import dev.retort.experiment.event.Event.AttemptStarted;
import dev.retort.experiment.event.Event.AttemptStepped;
import dev.retort.experiment.event.Event.CheckpointCommitted;
import dev.retort.experiment.event.Event.DecisionAdvised;
import dev.retort.experiment.event.Event.DecisionMade;
import dev.retort.experiment.event.Event.ExperimentSubmitted;
import dev.retort.experiment.event.Event.HypothesisRegistered;
import dev.retort.experiment.event.Event.MetricsSealed;
import dev.retort.experiment.event.Event.PackingWeighed;
import dev.retort.experiment.event.Event.RunAdmitted;
import dev.retort.experiment.event.Event.RunEnded;
import dev.retort.experiment.event.Event.RunPaused;
import dev.retort.experiment.event.Event.RunPlanned;
import dev.retort.experiment.event.Event.RunQueued;
import dev.retort.experiment.event.Event.RunReopened;
import dev.retort.experiment.event.Event.RunReported;
import dev.retort.experiment.event.Event.SearchClosed;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.Event.TrialDecided;
import dev.retort.experiment.event.Event.TrialProposed;
import dev.retort.experiment.event.Event.VerdictReached;
import dev.retort.experiment.packing.Member;
import dev.retort.experiment.packing.Weighing;
import dev.retort.experiment.search.AshaPromotion;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.RandomSearch;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.search.SearchSpace;
import dev.retort.experiment.search.TrialDecision;
import dev.retort.experiment.verdict.Outcome;

import java.util.List;
import java.util.Map;

/** Events for tests. */
public final class EventSamples {
    /** The experiment that the events are about. */
    public static final Experiment EXPERIMENT =
            Samples.experiment("e", "vision", "no.Task", 1).hypothesis("h").build();

    /** Its one run. */
    public static final String RUN = "e/a/1";

    private static final Experiment SEARCH =
            new ExperimentBuilder("s", "vision")
                    .user("ada")
                    .search(
                            new SearchPlan(
                                    "loss",
                                    Direction.LOWER_IS_BETTER,
                                    SearchSpace.of(
                                            new Parameter.Continuous(
                                                    "rate", 0.001, 1, Parameter.Scale.LOG),
                                            new Parameter.Whole(
                                                    "width", 1, 8, Parameter.Scale.LINEAR),
                                            new Parameter.Categorical("kind", List.of("x", "y"))),
                                    new RandomSearch(),
                                    7,
                                    4,
                                    2,
                                    new AshaPromotion(new Rungs(2, 16, 4)),
                                    Samples.arm("trial", "no.Task", Map.of())))
                    .build();

    private static final Arm TRIAL =
            Samples.arm("trial-0", "no.Task", Map.of("rate", 0.25, "width", 3L, "kind", "y"));

    private EventSamples() {}

    /** Events of all kinds in an order that may happen, from an empty lab. */
    public static List<Event> ofAllKinds() {
        return List.of(
                HypothesisRegistered.of(Samples.hypothesis("h")),
                new ExperimentSubmitted(EXPERIMENT),
                new RunPlanned(EXPERIMENT.run(EXPERIMENT.arms().getFirst(), 1)),
                new RunQueued(RUN, 0, "submitted"),
                new RunPaused(RUN, "later"),
                new RunQueued(RUN, 0, "resumed"),
                new RunAdmitted(RUN, 1, "s", "host", List.of(0, 3)),
                new AttemptStarted(RUN, 7, 4711L),
                new CheckpointCommitted(RUN, 7, new Checkpoint(10, "runs/c", "ab", 5)),
                new StopRequested(RUN, StopKind.PREEMPT, "room for another"),
                new MetricsSealed(RUN, 7, "runs/m", "cd", 100, 2L),
                new AttemptEnded(RUN, 7, CauseOfEnd.STOPPED, "asked to", 1500),
                new DecisionMade(new Decision(Decision.Kind.RETRY, RUN, "again", "retry/1", "ef")),
                new RunQueued(RUN, 0, "preempted"),
                new RunAdmitted(RUN, 2, "s", "host", List.of()),
                new AttemptStarted(RUN, 15, null),
                new AttemptEnded(RUN, 15, CauseOfEnd.COMPLETED, "it completed", 2500),
                new RunEnded(RUN, RunState.SUCCEEDED, "done", Map.of("accuracy", 0.1), null, null),
                new VerdictReached(
                        new VerdictReference(
                                "h",
                                Outcome.CONFIRMED,
                                0.02,
                                0.01,
                                0.03,
                                "test/1",
                                List.of(RUN),
                                "Yes.")),
                new ExperimentSubmitted(SEARCH),
                new TrialDecided(
                        "s",
                        "asha-promotion/1",
                        0,
                        List.of(),
                        new TrialDecision(TrialDecision.Action.START, 0, 2, 0, "it starts")),
                new TrialProposed("s", 0, TRIAL, 0),
                new RunPlanned(SEARCH.run(TRIAL, 1)),
                new RunQueued("s/trial-0/1", 0, "proposed"),
                new RunAdmitted("s/trial-0/1", 1, "s", "host", List.of()),
                new RunReported("s/trial-0/1", 25, 2, 0.5),
                new DecisionAdvised(
                        new Decision(
                                Decision.Kind.PRUNE, "s/trial-0/1", "hopeless", "asha/1", "ef")),
                new StopRequested("s/trial-0/1", StopKind.PRUNE, "hopeless"),
                new AttemptEnded("s/trial-0/1", 25, CauseOfEnd.STOPPED, "asked to", 900),
                RunEnded.without("s/trial-0/1", RunState.PRUNED, "hopeless"),
                new RunReopened("s/trial-0/1", "once more"),
                new SearchClosed("s", "enough"),
                new RunAdmitted("s/trial-0/1", 2, "s", "host", List.of(1)),
                new AttemptStarted("s/trial-0/1", 33, 4712L, "4712@99"),
                new AttemptMeasured("s/trial-0/1", 33, 4000L, 2.5, false),
                new PackingWeighed(
                        new Weighing(
                                Weighing.Question.OUT_OF_MEMORY,
                                1,
                                8000,
                                List.of(
                                        new Member(RUN, "e/a", 3000L, null, 1.5, false),
                                        new Member(
                                                "s/trial-0/1",
                                                "s/trial-0",
                                                4000L,
                                                2.5,
                                                null,
                                                false)),
                                null)),
                new AttemptEnded("s/trial-0/1", 33, CauseOfEnd.OUT_OF_MEMORY, "no room", 800, 400L),
                new RunQueued("s/trial-0/1", 0, "alone"),
                new RunAdmitted("s/trial-0/1", 3, "s", "host", List.of(1), false),
                new AttemptStarted("s/trial-0/1", 39, 4713L, "4713@99"),
                new AttemptStepped("s/trial-0/1", 39),
                new PackingWeighed(
                        new Weighing(
                                Weighing.Question.JOIN,
                                1,
                                8000,
                                List.of(
                                        new Member(RUN, "e/a", 3000L, null, null, false),
                                        new Member(
                                                "s/trial-0/1",
                                                "s/trial-0",
                                                4000L,
                                                2.5,
                                                null,
                                                true)),
                                41L)),
                new StopRequested("s/trial-0/1", StopKind.DIVERGE, "NaN"),
                new AttemptEnded("s/trial-0/1", 39, CauseOfEnd.NOT_A_NUMBER, "NaN", 700));
    }
}
