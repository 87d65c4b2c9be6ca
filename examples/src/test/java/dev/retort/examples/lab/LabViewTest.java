package dev.retort.examples.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.Arm;
import dev.retort.experiment.ExperimentBuilder;
import dev.retort.experiment.lab.Lab;
import dev.retort.experiment.lab.RunFilter;
import dev.retort.experiment.store.EventStore;

import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The runs of a store on a terminal. */
class LabViewTest {
    private static final int RUNS = 13;

    @TempDir private Path folder;

    private List<String> lines(int rows) {
        try (EventStore store = EventStore.open(folder)) {
            Lab lab = new Lab(store, "ada");
            if (lab.experiments().isEmpty()) {
                lab.submit(
                        new ExperimentBuilder("e", "t")
                                .user("ada")
                                .arm(new Arm("a", "T", Map.of(), "c", "d"))
                                .seeds(LongStream.range(0, RUNS).toArray())
                                .build());
                lab.runs(RunFilter.all()).forEach(view -> lab.cancel(view.run().id(), "enough"));
            }
            return new LabView(lab, store, "store", rows != Integer.MAX_VALUE)
                    .draw(120, rows).stream().map(AttributedString::toString).toList();
        }
    }

    @Test
    void theHeightIsFilledAndWhatDoesNotFitIsCounted() {
        List<String> all = lines(30);
        assertEquals(4 + RUNS, all.size());
        assertTrue(all.getLast().startsWith("e/a/"), all.getLast());
        assertEquals(4 + RUNS, lines(4 + RUNS).size());
        List<String> some = lines(16);
        assertEquals(16, some.size());
        assertEquals("2 more", some.getLast());
        assertEquals("retort lab watch  store  [q]uit", some.getFirst());
        assertEquals("13 cancelled", some.get(1));
    }

    @Test
    void whereNoHeightSetsALimitTheLastOnesAreShown() {
        List<String> lines = lines(Integer.MAX_VALUE);
        assertEquals(10, lines.stream().filter(line -> line.startsWith("e/a/")).count());
        assertEquals("3 more", lines.getLast());
        assertEquals("retort lab watch  store", lines.getFirst());
    }
}
