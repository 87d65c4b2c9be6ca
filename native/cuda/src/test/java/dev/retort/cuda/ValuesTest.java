package dev.retort.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class ValuesTest {
    @Test
    void absenceNeedsAReason() {
        assertThrows(IllegalArgumentException.class, () -> new Unavailable<String>(List.of()));
    }

    @Test
    void availabilityAnswersBothQuestions() {
        Availability<String> there = new Available<>("x");
        Availability<String> absent = new Unavailable<>("no driver");
        assertEquals(Optional.of("x"), there.optional());
        assertEquals(List.of(), there.absenceReasons());
        assertEquals(Optional.empty(), absent.optional());
        assertEquals(List.of("no driver"), absent.absenceReasons());
    }

    @Test
    void addressesOfDriverAndNvmlAreEqual() {
        PciAddress driver = PciAddress.parse("0000:F0:1f.0");
        assertEquals(PciAddress.parse("00000000:f0:1F.0"), driver);
        assertEquals(new PciAddress(0, 0xf0, 0x1f, 0), driver);
        assertEquals("00000000:f0:1f.0", driver.toString());
        assertEquals(driver, PciAddress.parse(driver.toString()));
        assertEquals(new PciAddress(0xffffffff, 1, 0, 0), PciAddress.parse("FFFFFFFF:01:00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00:00", "0000:zz:00.0", "0000:00:20.0", "0000:00:00.8", "GPU-0"})
    void otherTextIsNoAddress(String text) {
        assertThrows(IllegalArgumentException.class, () -> PciAddress.parse(text));
    }

    @Test
    void versionsAreOrdered() {
        assertEquals(new CudaVersion(12, 8), CudaVersion.ofEncoded(12080));
        assertEquals("13.0", CudaVersion.ofEncoded(13000).toString());
        assertTrue(new CudaVersion(12, 8).compareTo(new CudaVersion(12, 10)) < 0);
        assertTrue(new CudaVersion(13, 0).compareTo(new CudaVersion(12, 9)) > 0);
    }

    @Test
    void unknownReasonsArePassedOver() {
        Set<ClockEventReason> reasons = ClockEventReason.of(0x4 | 0x100 | 1L << 50);
        assertEquals(
                EnumSet.of(ClockEventReason.SOFTWARE_POWER_CAP, ClockEventReason.DISPLAY_SETTING),
                reasons);
        assertEquals(Set.of(), ClockEventReason.of(0));
        assertEquals(0x80, ClockEventReason.HARDWARE_POWER_BRAKE.mask());
    }

    @Test
    void launchShapesHaveExtent() {
        assertEquals(new LaunchShape(7, 1, 1, 256, 1, 1, 0), LaunchShape.linear(7, 256));
        assertThrows(IllegalArgumentException.class, () -> LaunchShape.linear(0, 1));
        assertThrows(IllegalArgumentException.class, () -> LaunchShape.linear(1, -1));
        assertThrows(IllegalArgumentException.class, () -> new LaunchShape(1, 1, 1, 1, 1, 1, -1));
    }

    @Test
    void launchShapesCoverAndCluster() {
        assertEquals(LaunchShape.linear(4, 256), LaunchShape.covering(1000, 256));
        assertEquals(LaunchShape.linear(4, 256), LaunchShape.covering(1024, 256));
        assertThrows(IllegalArgumentException.class, () -> LaunchShape.covering(0, 256));
        assertThrows(IllegalArgumentException.class, () -> LaunchShape.covering(1L << 40, 1));
        LaunchShape shape = LaunchShape.linear(8, 32).withSharedBytes(64).withCluster(2, 1, 1);
        assertEquals(new LaunchShape(8, 1, 1, 32, 1, 1, 64, 2, 1, 1), shape);
        assertTrue(shape.clustered());
        assertEquals(2, shape.blocksPerCluster());
        assertEquals(32, shape.threadsPerBlock());
        assertEquals(
                "a grid of 8 × 1 × 1 blocks is not made of clusters of 3 × 1 × 1",
                assertThrows(IllegalArgumentException.class, () -> shape.withCluster(3, 1, 1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> shape.withCluster(0, 1, 1));
    }
}
