package dev.retort.efficiency.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.efficiency.Bucket;
import dev.retort.efficiency.FailureClass;
import dev.retort.efficiency.Outcome;
import dev.retort.efficiency.RunTrace.Late;
import dev.retort.efficiency.RunTrace.Segment;
import dev.retort.efficiency.figures.PriceTable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;

/** When figures are handed over, and how often. */
@Timeout(60)
class RunExportTest {
    private static final Duration NEVER = Duration.ofHours(1);

    private final Runs run = new Runs();

    private final Runs.Kept kept = new Runs.Kept();

    @AfterEach
    void close() {
        run.close();
    }

    private RunExport export() {
        return ExportOptions.of(run.meter).to(kept).every(NEVER).start();
    }

    @Test
    void intervalsFollowEachOtherWithoutGap() {
        RunExport export = export();
        run.step();
        assertTrue(export.flush());
        run.pass(1_000_000);
        run.step();
        run.meter.commit();
        run.meter.failure(FailureClass.NUMERIC, "NaN");
        run.meter.finish();
        run.pass(1_000_000);
        assertFalse(export.flush(), "the end ended it");
        assertEquals(3, kept.intervals.size());
        long at = 0;
        for (Interval interval : kept.intervals) {
            assertEquals(at, interval.fromNanos());
            for (Segment segment : interval.segments()) {
                assertEquals(at, segment.fromNanos());
                at = segment.toNanos();
            }
            assertEquals(at, interval.toNanos());
        }
        assertEquals(21_000_000, at);
        assertEquals(2, kept.intervals.get(2).marks().size());
        assertTrue(kept.intervals.get(2).last());
        assertEquals(Outcome.SUCCEEDED, kept.intervals.get(2).account().outcome());
        assertEquals(1, kept.opened);
        assertEquals(1, kept.closed);
        assertEquals(Map.of(), run.meter.snapshot().anomalies());
    }

    @Test
    void eachMarkAndEachPauseIsToldOnce() {
        RunExport export = export();
        run.step();
        run.meter.commit();
        export.flush();
        // Known late: it lies in an interval that was exported already.
        run.meter.attribute(Bucket.JVM_PAUSE, run.nanoTimeAt(5_000_000), run.nanoTimeAt(7_000_000));
        run.step();
        export.flush();
        run.meter.finish();
        List<Late> late = kept.intervals.stream().flatMap(one -> one.late().stream()).toList();
        assertEquals(List.of(new Late(Bucket.JVM_PAUSE, 5_000_000, 7_000_000)), late);
        assertEquals(1, kept.intervals.stream().mapToInt(one -> one.marks().size()).sum());
    }

    @Test
    void stoppingEndsTheExportAndNotTheRun() {
        RunExport export = export();
        run.step();
        export.stop();
        export.stop();
        run.step();
        assertEquals(2, run.meter.finish().steps());
        assertEquals(2, kept.intervals.size());
        assertTrue(kept.intervals.get(1).last());
        assertEquals(Outcome.RUNNING, kept.intervals.get(1).account().outcome());
        assertEquals(1, kept.closed);
    }

    @Test
    void aRunThatHasEndedIsExportedOnce() {
        run.step();
        run.meter.finish();
        export();
        assertEquals(1, kept.intervals.size());
        assertTrue(kept.intervals.getFirst().last());
        assertEquals(1, kept.closed);
    }

    @Test
    void badOptionsAreRefused() {
        ExportOptions options = ExportOptions.of(run.meter);
        assertThrows(IllegalArgumentException.class, () -> options.every(Duration.ZERO));
        PriceTable none = PriceTable.in(Currency.getInstance("EUR"));
        assertThrows(IllegalArgumentException.class, () -> options.prices(0, none));
    }
}
