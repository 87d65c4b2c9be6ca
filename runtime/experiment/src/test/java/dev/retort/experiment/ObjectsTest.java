package dev.retort.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import java.util.Map;

/** What users write is checked where they write it, with one sentence. */
final class ObjectsTest {
    @Test
    void aBudgetOfZeroIsRefused() {
        refused(
                "the budget of device-hours is 0.0: expected a finite number above 0",
                () -> Budget.ofDeviceHours(0));
        refused(
                "the budget of money is NaN: expected a finite number above 0",
                () -> new Budget(null, Double.NaN, null));
    }

    @Test
    void alphaHasARange() {
        refused(
                "alpha of hypothesis h is 0.6: expected more than 0 and at most 0.5",
                () ->
                        new Hypothesis(
                                "h",
                                "t",
                                "s",
                                "m",
                                Direction.LOWER_IS_BETTER,
                                1,
                                0.6,
                                Budget.unlimited()));
    }

    @Test
    void namesCanStandInFiles() {
        refused(
                "the name of an arm is \"../x\": expected 1 to 100 letters, digits, dots,"
                        + " underscores and hyphens, a letter or digit first",
                () -> Samples.arm("../x", "t", Map.of()));
    }

    @Test
    void aConfigHoldsPlainValues() {
        refused(
                "parameter p of arm a is NaN (Double): expected a string, a boolean or a finite"
                        + " number",
                () -> Samples.arm("a", "t", Map.of("p", Double.NaN)));
    }

    @Test
    void equalConfigsOfOtherTypesAreTheSameWork() {
        Arm ints = Samples.arm("a", "t", Map.of("k", 4, "x", 0.1f));
        Arm longs = Samples.arm("b", "t", Map.of("x", 0.1, "k", 4L));
        assertEquals(ContentKey.of(ints, 1, Map.of()), ContentKey.of(longs, 1, Map.of()));
        assertNotEquals(ContentKey.of(ints, 1, Map.of()), ContentKey.of(ints, 2, Map.of()));
        assertNotEquals(
                ContentKey.of(ints, 1, Map.of()), ContentKey.of(ints, 1, Map.of("device", "cpu")));
    }

    /** The hashes are those of sha256 over the canonical text, computed with Python's hashlib. */
    @Test
    void hashesAreThoseOfTheCanonicalText() {
        assertEquals(
                "1f568533be2b2d20ce66413a7e40c70989367264bfc0664d09c879710cb1c4c9",
                Samples.hypothesis("h").hash());
        assertEquals(
                "45ea1cba27ea0ddae443f4611dd5d361f4c107ed97ac770db38384866761dd25",
                ContentKey.of(Samples.arm("a", "t", Map.of("k", 4, "x", 0.1)), 7, Map.of())
                        .sha256());
    }

    @Test
    void armsAndSeedsAreDifferent() {
        ExperimentBuilder twice =
                Samples.experiment("e", "t", "x", 1).arm(Samples.arm("a", "y", Map.of()));
        refused("experiment e has two arms named a: expected names that differ", twice::build);
        refused(
                "experiment e has a seed twice: [1, 1]",
                () -> Samples.experiment("e", "t", "x", 1, 1).build());
        refused(
                "experiment e has no arm and no search: expected either",
                () -> new ExperimentBuilder("e", "t").build());
    }

    @Test
    void runsNeedACore() {
        refused(
                "a run needs 0 cores and 1 devices: expected at least 1 core and no negative"
                        + " number",
                () -> new Resources(0, 1));
    }

    private static void refused(String message, Executable what) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
    }
}
