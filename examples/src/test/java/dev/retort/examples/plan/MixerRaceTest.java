package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.planning.inference.Crossover.Measured;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

class MixerRaceTest {
    /** Notes what it is asked for; each time is the number of times before it. */
    private record Noting(String name, List<String> asked) implements PositionTimer {
        @Override
        public void readTo(int position) {
            asked.add(name + " to " + position);
        }

        @Override
        public double seconds(int steps) {
            asked.add(name + " timed");
            return asked.size();
        }
    }

    @Test
    void bothAreTimedInTurnsAtEachContext() {
        List<String> asked = new ArrayList<>();
        List<Measured> measured =
                MixerRace.decode(
                        List.of(128, 181),
                        2,
                        new Noting("A", asked),
                        new Noting("S", asked),
                        asked::add);
        assertEquals(
                List.of(
                        "one more position after 128",
                        "A to 128",
                        "S to 128",
                        "A timed",
                        "S timed",
                        "A timed",
                        "S timed",
                        "one more position after 181",
                        "A to 181",
                        "S to 181",
                        "A timed",
                        "S timed",
                        "A timed",
                        "S timed"),
                asked);
        assertEquals(
                List.of(
                        new Measured(136, List.of(4.0, 6.0), List.of(5.0, 7.0)),
                        new Measured(189, List.of(11.0, 13.0), List.of(12.0, 14.0))),
                measured);
    }

    @Test
    void decodingStopsWhereAttentionHasBeenPassedBy() {
        PositionTimer slow = new Fixed(2.1);
        PositionTimer fast = new Fixed(1);
        assertEquals(
                List.of(136L, 189L, 264L),
                lengths(MixerRace.decode(CONTEXTS, 2, new Fixed(2), fast, _ -> {})));
        assertEquals(List.of(136L), lengths(MixerRace.decode(CONTEXTS, 2, slow, fast, _ -> {})));
    }

    /** Two of three repetitions were disturbed. */
    @Test
    void aDisturbedTimeDoesNotEndIt() {
        Iterator<Double> times = List.of(1.0, 5.0, 5.0, 1.0, 1.0, 1.0).iterator();
        PositionTimer disturbed =
                new PositionTimer() {
                    @Override
                    public void readTo(int position) {}

                    @Override
                    public double seconds(int steps) {
                        return times.next();
                    }
                };
        assertEquals(
                2, MixerRace.decode(List.of(128, 181), 3, disturbed, new Fixed(1), _ -> {}).size());
    }

    private static final List<Integer> CONTEXTS = List.of(128, 181, 256);

    private record Fixed(double each) implements PositionTimer {
        @Override
        public void readTo(int position) {}

        @Override
        public double seconds(int steps) {
            return each;
        }
    }

    private static List<Long> lengths(List<Measured> measured) {
        return measured.stream().map(Measured::length).toList();
    }
}
