package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.retort.experiment.Arm;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.RunState;
import dev.retort.experiment.event.Event.StopRequested;
import dev.retort.experiment.event.StopKind;
import dev.retort.experiment.state.RunView;
import dev.retort.experiment.store.EventStore;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How a run is shown. */
class StandingTest {
    @TempDir private Path folder;

    /** An attempt may take a while to stop, and nothing else tells that it was asked to. */
    @Test
    void whatARunAtWorkWasAskedForIsShown() {
        StopRequested stop = new StopRequested("e/a/1", StopKind.CANCEL, "enough");
        try (EventStore store = EventStore.open(folder)) {
            Standing standing = Standing.of(store);
            assertEquals("CANCEL: enough", standing.shown(running(stop)).get("asked"));
            assertEquals("running, asked to cancel", standing.state(running(stop)));
            assertFalse(standing.shown(running(null)).containsKey("asked"));
            assertEquals("running", standing.state(running(null)));
            assertEquals("at work", standing.reason(running(null)));
        }
    }

    private static RunView running(@Nullable StopRequested stop) {
        Arm arm = new Arm("a", "T", Map.of(), "c", "d");
        return new RunView(
                new ExperimentBuilder("e", "t").arm(arm).seeds(1).build().run(arm, 1),
                RunState.RUNNING,
                List.of(),
                null,
                0,
                0,
                0,
                stop,
                "at work",
                Map.of(),
                List.of(),
                null,
                null,
                null,
                0,
                0,
                null);
    }
}
