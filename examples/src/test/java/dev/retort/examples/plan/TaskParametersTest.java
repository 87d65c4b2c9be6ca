package dev.retort.examples.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

class TaskParametersTest {
    @Test
    void whatJsonReadsAsANumberIsOne() {
        assertEquals(
                Map.of("lr", 0.1, "layers", 4L, "decay", false, "scale", 1e-3),
                TaskParameters.parse(
                        Map.of("lr", "0.1", "layers", "4", "decay", "false", "scale", "1e-3")));
    }

    @Test
    void allElseIsText() {
        assertEquals(
                Map.of("a", "adam", "b", "0.1", "c", "", "d", "007", "e", "1 2", "f", "4f2a"),
                TaskParameters.parse(
                        Map.of(
                                "a", "adam", "b", "\"0.1\"", "c", "", "d", "007", "e", "1 2", "f",
                                "4f2a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[1]", "{}", "99999999999999999999", "1e999"})
    void whatNoTaskTakesIsRefused(String value) {
        PlanningException refused =
                assertThrows(
                        PlanningException.class, () -> TaskParameters.parse(Map.of("x", value)));
        assertEquals(
                "expected text, true, false, a 64-bit whole number or a finite one for x of"
                        + " --config, found "
                        + value,
                refused.getMessage());
    }
}
