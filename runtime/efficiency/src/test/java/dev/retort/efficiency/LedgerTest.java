package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

class LedgerTest {
    @Test
    void everyRegionHasItsTime() {
        Ledger ledger = new Ledger(Map.of(Region.INPUT, 30L, Region.STEP, 70L), 100);
        assertEquals(Duration.ofNanos(30), ledger.of(Region.INPUT));
        assertEquals(Duration.ZERO, ledger.of(Region.EVALUATION));
        assertEquals(Duration.ofNanos(100), ledger.elapsed());
        assertEquals(0.3, ledger.share(Region.INPUT), 1e-12);
        assertEquals(Set.of(Region.values()), ledger.nanos().keySet());
    }

    @Test
    void ledgerThatDoesNotBalanceIsRefused() {
        Map<Region, Long> parts = Map.of(Region.INPUT, 30L, Region.STEP, 70L);
        assertThrows(IllegalArgumentException.class, () -> new Ledger(parts, 99));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(parts, 101));
        assertThrows(IllegalArgumentException.class, () -> new Ledger(Map.of(), 1));
    }

    @Test
    void negativeTimeIsRefusedEvenIfItBalances() {
        Map<Region, Long> parts = Map.of(Region.INPUT, -1L, Region.STEP, 2L);
        assertThrows(IllegalArgumentException.class, () -> new Ledger(parts, 1));
    }

    @Test
    void sumThatOverflowsIsRefused() {
        Map<Region, Long> parts = Map.of(Region.INPUT, Long.MAX_VALUE, Region.STEP, Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, () -> new Ledger(parts, -2));
    }

    @Test
    void emptyLedgerHasNoShares() {
        Ledger empty = new Ledger(Map.of(), 0);
        for (Region region : Region.values()) {
            assertEquals(0.0, empty.share(region));
        }
    }

    @Test
    void ledgersAddRegionByRegion() {
        Ledger one = new Ledger(Map.of(Region.INPUT, 1L, Region.STEP, 2L), 3);
        Ledger other = new Ledger(Map.of(Region.STEP, 10L, Region.OTHER, 20L), 30);
        Ledger sum = new Ledger(Map.of(Region.INPUT, 1L, Region.STEP, 12L, Region.OTHER, 20L), 33);
        assertEquals(sum, one.plus(other));
        assertEquals(sum, other.plus(one));
    }

    @Test
    void laterChangesOfTheGivenMapDoNotMatter() {
        Map<Region, Long> parts = new EnumMap<>(Map.of(Region.STEP, 5L));
        Ledger ledger = new Ledger(parts, 5);
        parts.put(Region.STEP, 6L);
        assertEquals(Duration.ofNanos(5), ledger.of(Region.STEP));
        assertThrows(
                UnsupportedOperationException.class, () -> ledger.nanos().put(Region.STEP, 7L));
    }
}
