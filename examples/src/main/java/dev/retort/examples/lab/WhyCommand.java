package dev.retort.examples.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Decision;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.lab.RunTimes;
import dev.retort.experiment.schedule.Holds;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code retort lab why}: how a run stands. */
@Command(
        name = "why",
        description =
                "Say why a run is where it is, when it got there, what it was given, what it went"
                        + " through, and what was done to it without a person.")
final class WhyCommand implements Callable<Integer> {
    @ParentCommand private LabCommand parent;

    @Parameters(paramLabel = "RUN", description = "experiment/arm/seed")
    private String run;

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            description = "What an hour of a device costs, as given to \"lab run\".")
    private @Nullable Double price;

    @Override
    public Integer call() throws IOException {
        return parent.with(this::said);
    }

    private Map<String, Object> said(Lab lab, EventStore events) {
        Standing standing = Standing.of(events);
        RunView view = Named.run(lab, run);
        LabCommand.checkPrice(price);
        if (view.state() == RunState.QUEUED) {
            SharingOptions.requirePrice(
                    price, lab, RunFilter.ofExperiment(view.run().experiment()));
        }
        Map<String, Object> said = standing.shown(view);
        addTimes(said, events.read(state -> RunTimes.of(state, view, standing.lost())));
        Holds.of(events, run, Instant.now(), price == null ? 0 : price)
                .ifPresent(hold -> said.put("waitsFor", hold));
        said.put("parameters", lab.armOf(view).config());
        said.put("attempts", view.attempts().stream().map(each -> line(each, standing)).toList());
        List<String> acts =
                AutomaticAct.of(events).stream()
                        .filter(act -> act.decision().run().equals(run))
                        .map(WhyCommand::line)
                        .toList();
        if (!acts.isEmpty()) {
            said.put("withoutAPerson", acts);
        }
        return said;
    }

    private static void addTimes(Map<String, Object> said, RunTimes times) {
        put(said, "queued", times.queued());
        put(said, "started", times.started());
        put(said, "ended", times.ended());
        put(said, "deviceSeconds", times.deviceSeconds());
    }

    private static void put(Map<String, Object> said, String name, @Nullable Object value) {
        if (value != null) {
            said.put(name, value instanceof Instant instant ? instant.toString() : value);
        }
    }

    private static String line(Attempt attempt, Standing standing) {
        Attempt.End end = attempt.end();
        StringBuilder line = new StringBuilder();
        line.append(attempt.number()).append(" on ").append(attempt.host());
        line.append(" from ").append(Instant.ofEpochMilli(attempt.admittedMillis()));
        attempt.heldUntilMillis()
                .ifPresent(until -> line.append(" to ").append(Instant.ofEpochMilli(until)));
        line.append(": ");
        if (end != null) {
            line.append(end.cause()).append(", ").append(end.detail());
        } else {
            line.append(standing.lost().contains(attempt) ? Standing.SCHEDULER_GONE : "at work");
        }
        return line.toString();
    }

    private static String line(AutomaticAct act) {
        Decision decision = act.decision();
        String done = act.done() ? "" : "advised, not done: ";
        return done + Texts.words(decision.kind()) + ", " + decision.reason();
    }
}
