package dev.retort.planning.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.000",
        "0.00123456, 0.001235",
        "0.000123456, 1.235e-4",
        "1.5, 1.500",
        "7310.4, 7310",
        "9999.4, 9999",
        "9999.6, 10000",
        "46080.3, 46080",
        "-46080.3, -46080",
        "123456, 1.235e5",
        "9.0449e9, 9.045e9",
        "1e22, 1.000e22",
        "1e-100, 1.000e-100"
    })
    void wholeDigitsAreNotRoundedAway(double value, String text) {
        assertEquals(text, Figures.number(value));
    }

    @Test
    void asManyDigitsAsAskedForAreWritten() {
        assertEquals("1234", Figures.number(1234.4, 3));
        assertEquals("12.3", Figures.number(12.34, 3));
        assertEquals("1e6", Figures.number(1e6, 1));
        assertEquals("1000", Figures.number(1e3, 1));
    }

    @Test
    void whatIsNoNumberIsAWord() {
        assertEquals("-", Figures.number(Double.NaN));
        assertEquals("inf", Figures.number(Double.POSITIVE_INFINITY));
        assertEquals("-inf", Figures.number(Double.NEGATIVE_INFINITY));
    }
}
