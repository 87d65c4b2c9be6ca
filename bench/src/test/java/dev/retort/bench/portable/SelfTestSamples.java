package dev.retort.bench.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test of each end. Only {@link SelfTestLinesTest} runs it. */
final class SelfTestSamples extends SelfTestSamplesBase {
    @Test
    void fails() {
        assertEquals(1, 2);
    }

    @Test
    void isAborted() {
        assumeTrue(false, "not here");
    }

    @Test
    @Disabled("not now")
    void isDisabled() {
        assertEquals(1, 2, "it does not run");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void hasTwoCases(int number) {
        assertEquals(1, number);
    }
}

/** As the contracts of the GPU: its tests run in the classes below. */
abstract class SelfTestSamplesBase {
    @Test
    void isInherited() {}
}
