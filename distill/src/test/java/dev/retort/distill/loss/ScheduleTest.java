package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

class ScheduleTest {
    private static double[] values(Schedule schedule, long steps) {
        return LongStream.rangeClosed(1, steps).mapToDouble(k -> schedule.at(k, steps)).toArray();
    }

    @Test
    void aConstantStaysAndALineGoesFromEndToEnd() {
        assertArrayEquals(new double[] {4, 4, 4}, values(Schedule.constant(4), 3));
        assertArrayEquals(
                new double[] {1, 1.5, 2, 2.5, 3}, values(Schedule.linear(1, 3), 5), 1e-15);
        assertArrayEquals(new double[] {8, 5, 2}, values(Schedule.linear(8, 2), 3), 1e-15);
    }

    @Test
    void aCosineIsFlatAtBothEnds() {
        double half = Math.sqrt(0.5);
        assertArrayEquals(
                new double[] {4, 3 + half, 3, 3 - half, 2},
                values(Schedule.cosine(4, 2), 5),
                1e-15);
    }

    @Test
    void aWarmUpOfNStepsIsKthOfNInStepK() {
        Schedule schedule = Schedule.warmUp(0.4, Schedule.constant(10));
        assertArrayEquals(
                new double[] {2.5, 5, 7.5, 10, 10, 10, 10, 10, 10, 10},
                values(schedule, 10),
                1e-12);
        assertArrayEquals(new double[] {3, 3}, values(Schedule.warmUp(0, Schedule.constant(3)), 2));
        assertArrayEquals(
                new double[] {0.5, 1}, values(Schedule.warmUp(1, Schedule.constant(1)), 2));
    }

    @Test
    void stepsChangeAtTheirPlaces() {
        Schedule schedule =
                Schedule.steps(
                        1, List.of(new Schedule.Change(0.5, 2), new Schedule.Change(0.75, 3)));
        assertArrayEquals(new double[] {1, 1, 2, 3}, values(schedule, 4));
        assertArrayEquals(new double[] {1, 1, 1, 1, 2, 2, 3, 3}, values(schedule, 8));
    }

    @Test
    void aTrainingOfOneStepAndStepsPastTheEndHaveAValue() {
        assertEquals(1, Schedule.linear(1, 3).at(1, 1));
        assertEquals(3, Schedule.linear(1, 3).at(9, 5));
        assertEquals(2, Schedule.cosine(4, 2).at(9, 5));
    }

    @Test
    void refusesWhatIsNoSchedule() {
        Rows.assertRefused(
                "expected a value that is finite, found NaN", () -> Schedule.constant(Double.NaN));
        Rows.assertRefused(
                "expected a last value that is finite, found Infinity",
                () -> Schedule.linear(1, Double.POSITIVE_INFINITY));
        Rows.assertRefused(
                "expected a warm-up share from 0 to 1, found 1.5",
                () -> Schedule.warmUp(1.5, Schedule.constant(1)));
        Rows.assertRefused(
                "expected a place of a change above 0 and below 1, found 1.0",
                () -> new Schedule.Change(1, 2));
        Rows.assertRefused(
                "expected changes in the order of their places, found 0.7 before 0.2",
                () ->
                        Schedule.steps(
                                1,
                                List.of(new Schedule.Change(0.7, 2), new Schedule.Change(0.2, 3))));
    }
}
