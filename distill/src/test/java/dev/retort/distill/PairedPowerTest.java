package dev.retort.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedPowerTest {
    /** By scipy's noncentral t distribution, and by its quadrature over the variance. */
    @ParameterizedTest
    @CsvSource({
        "2, 1, 0.0928092, 0.0864743",
        "2, 5, 0.4209614, 0.6773788",
        "5, 0.5, 0.1405167, 0.0202762",
        "5, 1, 0.4013899, 0.2938531",
        "10, 1, 0.8030969, 0.7952073",
        "50, 0.4, 0.7917872, 0.7474484"
    })
    void powersAreThoseOfAnIndependentComputation(
            int pairs, double difference, double test, double equivalence) {
        assertEquals(test, PairedPower.ofTest(pairs, difference), 1e-4);
        assertEquals(equivalence, PairedPower.ofEquivalence(pairs, difference), 1e-4);
    }

    /**
     * The first number with which both have the power, by the same computation counted up from 2.
     */
    @ParameterizedTest
    @CsvSource({"0.25, 139", "0.353553, 70", "0.5, 36", "0.75, 17", "1, 11", "2, 5", "3, 4"})
    void thePairsAreTheFewestOfAnIndependentComputation(double margin, int fewest) {
        assertEquals(fewest, PairedPower.pairsFor(margin).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "5", "10", "30"})
    void theDetectableDifferenceIsTheOneOfTheTargetPower(int pairs) {
        double detectable = PairedPower.detectable(pairs);
        assertEquals(PairedPower.TARGET, PairedPower.ofTest(pairs, detectable), 1e-9);
        assertTrue(detectable > PairedPower.detectable(pairs + 1));
    }
}
