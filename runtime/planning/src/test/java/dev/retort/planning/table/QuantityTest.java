package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.planning.PlanningException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "1.4e9; 1.4e9",
                "1.4E+09; 1.4e9",
                "1400000000; 1.4e9",
                "1,400,000,000; 1.4e9",
                "1,400.5; 1400.5",
                "1_400_000_000; 1.4e9",
                "1 400 000 000; 1.4e9",
                "1\u202f400\u00a0000; 1.4e6",
                "1'400'000; 1.4e6",
                "1.4×10^9; 1.4e9",
                "1.4 × 10⁹; 1.4e9",
                "1.4x10^9; 1.4e9",
                "1.4*10**9; 1.4e9",
                "5·10⁻¹; 0.5",
                "10^21; 1e21",
                "10²¹; 1e21",
                "70M; 7e7",
                "70Bn; 7e10",
                "70 billion; 7e10",
                "~70B; 7e10",
                "≈ 70 B; 7e10",
                "300B tokens; 3e11",
                "70M params; 7e7",
                "5.76e23 FLOPs; 5.76e23",
                "5.76 ZFLOPs; 5.76e21",
                "3 exaFLOP; 3e18",
                "2 PF-days; 1.728e20",
                "2 petaflop/s-days; 1.728e20",
                "2.10 (0.02); 2.1",
                "2.10 ± 0.02; 2.1",
                "2.10 +/- 0.02; 2.1",
                "2.10(2); 2.1",
                "−3; -3"
            })
    void usualFormsAreRead(String text, double value) {
        assertEquals(value, Quantity.parse(text, Decimals.POINT).value(), Math.abs(value) * 1e-12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.10 (0.02)", "2.10 ± 0.02", "300B(5)"})
    void anOptionHasNoUncertainty(String text) {
        assertEquals(
                "expected a number without an uncertainty, found '%s'".formatted(text),
                assertThrows(PlanningException.class, () -> Quantity.parse(text)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,40", "1,4000", "1234,567", "0,500", "1.400.000", "1_40", "1 40 000", "70X",
                        "70MM",
                "1.4×109", "1.4 10^9", "7B-base", "(2.1)", "2.1 (dev)", "12%", "3.1 bits", "1e",
                        "e9",
                "2^30", "1.4e9.5", "70 M B", "--3"
            })
    void nearMissesAreRefused(String text) {
        assertEquals(
                "expected a number such as 1.4e9 or 1.4B, found '%s'".formatted(text),
                assertThrows(PlanningException.class, () -> Quantity.parse(text)).getMessage());
    }
}
