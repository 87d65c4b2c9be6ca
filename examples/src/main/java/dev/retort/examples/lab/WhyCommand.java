package dev.retort.examples.lab;

import dev.retort.experiment.Attempt;
import dev.retort.experiment.Decision;
import dev.retort.experiment.RunState;
import dev.retort.experiment.lab.AutomaticAct;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.schedule.Holder;
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
                "Say why a run is where it is, what it was given, what it went through, and what"
                        + " was done to it without a person.")
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
        RunView view = Named.run(lab, run);
        LabCommand.checkPrice(price);
        if (view.state() == RunState.QUEUED) {
            SharingOptions.requirePrice(
                    price, lab, RunFilter.ofExperiment(view.run().experiment()));
        }
        Map<String, Object> said = RunsQuery.shown(view);
        Holds.of(events, run, Instant.now(), price == null ? 0 : price)
                .ifPresent(hold -> said.put("waitsFor", hold));
        said.put("parameters", lab.armOf(view).config());
        said.put("attempts", view.attempts().stream().map(each -> line(each, events)).toList());
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

    private static String line(Attempt attempt, EventStore events) {
        Attempt.End end = attempt.end();
        return attempt.number()
                + " on "
                + attempt.host()
                + ": "
                + (end == null
                        ? atWork(Holder.of(events, attempt))
                        : end.cause() + ", " + end.detail());
    }

    private static String line(AutomaticAct act) {
        Decision decision = act.decision();
        String done = act.done() ? "" : "advised, not done: ";
        return done + Texts.words(decision.kind()) + ", " + decision.reason();
    }

    private static String atWork(Holder holder) {
        return switch (holder) {
            case THERE -> "at work";
            case GONE -> "its scheduler is gone; the next \"lab run\" takes it over";
        };
    }
}
