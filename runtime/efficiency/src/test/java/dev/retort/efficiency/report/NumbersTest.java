package dev.retort.efficiency.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.device.Reading;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Locale;

class NumbersTest {
    private final Locale locale = Locale.getDefault();

    @BeforeEach
    void aLocaleWithCommas() {
        Locale.setDefault(Locale.GERMANY);
    }

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 s",
        "1e-10, 0 s",
        "1e-9, 0.00100 µs",
        "2.5e-7, 0.250 µs",
        "18e-6, 18.0 µs",
        "1.234e-4, 123 µs",
        "9.994e-4, 999 µs",
        "9.996e-4, 1.00 ms",
        "1e-3, 1.00 ms",
        "0.0421, 42.1 ms",
        "0.9994, 999 ms",
        "0.9996, 1.0 s",
        "1, 1.0 s",
        "4.23, 4.2 s",
        "59.94, 59.9 s",
        "59.96, 1 min 00 s",
        "60, 1 min 00 s",
        "185.4, 3 min 05 s",
        "3599.4, 59 min 59 s",
        "3599.6, 1 h 00 min",
        "7322, 2 h 02 min"
    })
    void time(double seconds, String expected) {
        assertEquals(expected, Numbers.time(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "4840, 4.7 KiB",
        "10188, 9.9 KiB",
        "10230, 10 KiB",
        "1048064, 1.0 MiB",
        "1048576, 1.0 MiB",
        "314572800, 300 MiB",
        "9223372036854775807, 8388608 TiB"
    })
    void bytes(long bytes, String expected) {
        assertEquals(expected, Numbers.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0.0 %",
        "0.975, 1, 97.5 %",
        "1, 2, 100.00 %",
        "0.00004, 3, 0.004 %",
        "0.5, 0, 50 %"
    })
    void percent(double share, int decimals, String expected) {
        assertEquals(expected, Numbers.percent(share, decimals));
    }

    @Test
    void aShareAboveZeroDoesNotReadAsZero() {
        assertEquals("0.0 %", Numbers.percent(0, 1));
        assertEquals("<0.1 %", Numbers.percent(0.0004, 1));
        assertEquals("0.1 %", Numbers.percent(0.0006, 1));
        assertEquals("<0.01 %", Numbers.percent(1e-9, 2));
        assertEquals("<1 %", Numbers.percent(0.004, 0));
    }

    @Test
    void countsHaveSeparators() {
        assertEquals("0", Numbers.count(0));
        assertEquals("999", Numbers.count(999));
        assertEquals("1,797", Numbers.count(1797));
        assertEquals("1,234,567", Numbers.count(1_234_567));
    }

    @Test
    void aGainMayHaveNoBound() {
        assertEquals("at most 1.25x", Numbers.gain(1.25));
        assertEquals("without bound", Numbers.gain(Double.POSITIVE_INFINITY));
    }

    @Test
    void anAbsentFigureIsADash() {
        assertEquals("—", Numbers.figure(new Reading.Absent("no"), value -> "value " + value));
        assertEquals("value 0.0", Numbers.figure(Reading.now(0, "s"), value -> "value " + value));
    }
}
