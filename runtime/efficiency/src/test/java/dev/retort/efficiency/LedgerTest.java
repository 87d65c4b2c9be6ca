package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class LedgerTest {
    private static Ledger ledger(Map<Region, Map<Bucket, Long>> cells) {
        long sum =
                cells.values().stream()
                        .flatMap(row -> row.values().stream())
                        .mapToLong(Long::longValue)
                        .sum();
        return new Ledger(cells, sum);
    }

    @Test
    void everyRegionAndBucketHasItsTime() {
        Ledger ledger =
                ledger(
                        Map.of(
                                Region.FORWARD, Map.of(Bucket.GOOD, 50L, Bucket.EVALUATION, 20L),
                                Region.INPUT, Map.of(Bucket.INPUT_STALL, 30L)));
        assertEquals(Duration.ofNanos(70), ledger.of(Region.FORWARD));
        assertEquals(Duration.ofNanos(20), ledger.of(Bucket.EVALUATION));
        assertEquals(Duration.ZERO, ledger.of(Region.EVALUATION));
        assertEquals(Duration.ofNanos(100), ledger.elapsed());
        assertEquals(0.3, ledger.share(Region.INPUT), 1e-12);
        assertEquals(0.5, ledger.goodput(), 1e-12);
        assertEquals(List.of(Region.FORWARD, Region.INPUT), ledger.regions());
    }

    @Test
    void noProcessIsAtWorkBetweenAKillAndTheNextStart() {
        Ledger resumed =
                ledger(
                        Map.of(
                                Region.STEP,
                                Map.of(Bucket.GOOD, 50L, Bucket.LOST_PROGRESS, 20L),
                                Region.RECOVERY,
                                Map.of(Bucket.INFRA_RECOVERY, 30L)));
        assertEquals(Duration.ofNanos(70), resumed.elapsedAtWork());
        Ledger whole = Ledger.of(Map.of(Region.STEP, 50L, Region.EVALUATION, 5L));
        assertEquals(whole.elapsed(), whole.elapsedAtWork());
    }

    @Test
    void ledgerThatDoesNotBalanceIsRefused() {
        Map<Region, Map<Bucket, Long>> cells =
                Map.of(Region.INPUT, Map.of(Bucket.INPUT_STALL, 30L, Bucket.JVM_PAUSE, 70L));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(cells, 99));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(cells, 101));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(Map.of(), 1));
        Map<Region, Map<Bucket, Long>> negative =
                Map.of(Region.INPUT, Map.of(Bucket.INPUT_STALL, -1L, Bucket.JVM_PAUSE, 2L));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(negative, 1));
        Map<Region, Map<Bucket, Long>> large =
                Map.of(
                        Region.INPUT,
                        Map.of(Bucket.INPUT_STALL, Long.MAX_VALUE, Bucket.OTHER, Long.MAX_VALUE));
        assertThrows(ArithmeticException.class, () -> new Ledger(large, -2));
    }

    @Test
    void emptyLedgerHasNoShares() {
        Ledger empty = new Ledger(Map.of(), 0);
        for (Bucket bucket : Bucket.values()) {
            assertEquals(0.0, empty.share(bucket));
        }
        assertFalse(empty.isOtherAlarming());
    }

    @Test
    void moreThanTwoPercentUnexplainedIsAnAlarm() {
        assertFalse(Ledger.of(Map.of(Region.OTHER, 2L, Region.STEP, 98L)).isOtherAlarming());
        assertTrue(Ledger.of(Map.of(Region.OTHER, 3L, Region.STEP, 97L)).isOtherAlarming());
    }

    @Test
    void ledgersAddCellByCell() {
        Ledger one = Ledger.of(Map.of(Region.INPUT, 1L, Region.STEP, 2L));
        Ledger other = Ledger.of(Map.of(Region.STEP, 10L, Region.OTHER, 20L));
        Ledger sum = Ledger.of(Map.of(Region.INPUT, 1L, Region.STEP, 12L, Region.OTHER, 20L));
        assertEquals(sum, one.plus(other));
        assertEquals(sum, other.plus(one));
    }

    @Test
    void laterChangesOfTheGivenMapDoNotMatter() {
        Map<Bucket, Long> row = new HashMap<>(Map.of(Bucket.GOOD, 5L));
        Ledger ledger = new Ledger(Map.of(Region.STEP, row), 5);
        row.put(Bucket.GOOD, 6L);
        assertEquals(Duration.ofNanos(5), ledger.of(Region.STEP));
    }

    @Test
    void regionsAreOnePerName() {
        Region augment = Region.named("augment");
        assertEquals(augment, Region.named("augment"));
        assertEquals(Region.INPUT, Region.named("INPUT"));
        assertEquals("CUSTOM:augment", augment.toString());
        assertThrows(IllegalArgumentException.class, () -> Region.named(" "));
    }
}
