package dev.retort.device.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.device.blas.Blas;
import dev.retort.device.collective.Nccl;

import org.junit.jupiter.api.Test;

import java.util.List;

class PresetsTest {
    /** A preset whose library the loader does not find. */
    static final class Broken {
        static {
            refuse();
        }

        private Broken() {}

        private static void refuse() {
            throw new UnsatisfiedLinkError("libnone.so.1: cannot open shared object file");
        }
    }

    @Test
    void whatIsNotOnTheClassPathIsNamed() {
        assertEquals(
                List.of("org.bytedeco:cuda is not on the class path"),
                Presets.load("org.bytedeco.cuda.global.none").absenceReasons());
        assertEquals(new Available<>(String.class), Presets.load("java.lang.String"));
    }

    @Test
    void whatTheLoaderSaysIsPassedOnAgainAndAgain() {
        for (int i = 0; i < 2; i++) {
            List<String> reasons = Presets.load(Broken.class.getName()).absenceReasons();
            assertTrue(
                    reasons.stream()
                            .anyMatch(reason -> reason.contains("libnone.so.1: cannot open")),
                    reasons::toString);
        }
    }

    /** On a machine that has the libraries, the tests of the group gpu use them. */
    @Test
    void absenceHasReasonsAndIsNoException() {
        for (var probed : List.of(Blas.probe(), Nccl.probe())) {
            assertEquals(probed.optional().isEmpty(), !probed.absenceReasons().isEmpty());
            assertFalse(probed.absenceReasons().contains(""));
        }
    }
}
