package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.device.Reading;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;

class PaybackTest {
    private static final Reading.Absent NONE = new Reading.Absent("no counter");

    @Test
    void whatWasSpentIsDividedByWhatARequestSaves() {
        assertEquals(401, requests(Payback.of(now(100.1), now(0.3), now(0.05))));
    }

    @Test
    void whatIsAbsentStaysAbsentWithItsReason() {
        assertEquals(NONE, Payback.of(NONE, now(2), now(1)).requests());
        assertEquals(NONE, Payback.of(now(1), NONE, now(1)).requests());
        assertEquals(NONE, Payback.of(now(1), now(2), NONE).requests());
        assertEquals(
                new Reading.Absent(
                        "a request to the student takes no less than one to the teacher"),
                Payback.of(now(1), now(1), now(1)).requests());
    }

    @Test
    void moneyIsTimeAndEnergyByTheirPrices() {
        Payback.Expense expense = new Payback.Expense(1800, now(7.2e6));
        assertEquals(2, value(expense.money(prices(4, -1))));
        assertEquals(0.6, value(expense.money(prices(-1, 0.3))), 1e-12);
        assertEquals(2.6, value(expense.money(prices(4, 0.3))), 1e-12);
        Reading none = new Reading.Absent("no price above 0 was named");
        assertEquals(none, expense.money(Prices.NONE));
        // Free time is no reason to say that the student saves nothing.
        assertEquals(none, expense.money(prices(0, 0)));
        Payback.Expense unread = new Payback.Expense(1800, NONE);
        assertEquals(2, value(unread.money(prices(4, -1))));
        assertEquals(NONE, unread.money(prices(4, 0.3)));
    }

    @Test
    void aNegativePriceIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Prices(OptionalDouble.of(-1), OptionalDouble.empty()));
    }

    private static Prices prices(double hour, double kilowattHour) {
        return new Prices(optional(hour), optional(kilowattHour));
    }

    private static OptionalDouble optional(double value) {
        return value < 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static double requests(Payback payback) {
        return value(payback.requests());
    }

    private static double value(Reading reading) {
        return reading.ifMeasured().orElseThrow();
    }

    private static Reading now(double value) {
        return Reading.now(value, "made up");
    }
}
