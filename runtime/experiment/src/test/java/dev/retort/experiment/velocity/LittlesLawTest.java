package dev.retort.experiment.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.velocity.WorkInProgress.Item;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The law holds on logs that are right, and does not on others. */
class LittlesLawTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BEGIN = History.nanos(Logs.EPOCH);

    @Test
    void itHoldsOnEveryWindowUpToItsEnds() {
        List<Item> items = items(1);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(9_000);
            WorkInProgress found = window(items, from, from + 1 + random.nextInt(3_000));
            assertTrue(found.law().map(WorkInProgress.Law::holds).orElse(true), found::toString);
        }
    }

    /** Some item of a thousand takes longer than its begin and its end say. */
    @Test
    void aTimeThatItsPartsContradictBreaksIt() {
        List<Item> items = items(3);
        WorkInProgress right = window(items, 0, 20_000);
        assertTrue(law(right).holds() && !law(right).isTooShort(), right::toString);
        assertEquals(0, law(right).gap(), 1e-9);
        Item one = items.get(500);
        items.set(500, new Item(one.from(), one.to(), true, one.residence() + 100 * SECOND));
        assertFalse(law(window(items, 0, 20_000)).holds());
    }

    @Test
    void aLostEndBreaksIt() {
        List<Item> items = items(4);
        // Counted as there for ever, though it says how long it took.
        Item one = items.get(500);
        items.set(500, new Item(one.from(), one.to() + 5_000 * SECOND, true, one.residence()));
        assertFalse(law(window(items, 0, 20_000)).holds());
    }

    @Test
    void aShortWindowIsSaidToBeOne() {
        WorkInProgress found = window(List.of(item(0, 100), item(45, 50)), 40, 60);
        assertTrue(law(found).isTooShort() && law(found).holds(), found::toString);
        assertTrue(window(List.of(), 0, 10).law().isEmpty());
    }

    private static WorkInProgress.Law law(WorkInProgress found) {
        return found.law().orElseThrow();
    }

    private static Item item(long from, long to) {
        return new Item(BEGIN + from * SECOND, BEGIN + to * SECOND, true, (to - from) * SECOND);
    }

    private static List<Item> items(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            long from = BEGIN + random.nextLong(10_000 * SECOND);
            long time = random.nextLong(60 * SECOND);
            items.add(new Item(from, from + time, true, time));
        }
        return items;
    }

    private static WorkInProgress window(List<Item> items, int from, int to) {
        return WorkInProgress.of(items, new Window(Logs.at(from), Logs.at(to)));
    }
}
