package dev.retort.device.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.DeviceLimits;

import org.junit.jupiter.api.Test;

class RowLaunchTest {
    private static DeviceLimits limits(int sharedKibibytes, boolean clusters) {
        return new DeviceLimits(
                1024,
                1024,
                1024,
                64,
                Integer.MAX_VALUE,
                65535,
                65535,
                48 << 10,
                (sharedKibibytes - 1) << 10,
                sharedKibibytes << 10,
                65536,
                132,
                2048,
                32,
                50 << 20,
                clusters,
                true);
    }

    private static final DeviceLimits HOPPER = limits(228, true);
    private static final DeviceLimits AMPERE = limits(164, false);

    @Test
    void aVocabularyOnHopperIsSharedByEightBlocksOfWhichThreeFit() {
        RowLaunch launch = RowLaunch.of(HOPPER, 8192, 128_256, 2, 2, 0, 0);
        assertEquals(8, launch.shape().clusterX());
        assertEquals(8 * 8192, launch.shape().gridX());
        assertEquals(2004, launch.capacity());
        assertEquals(launch.partVectors(), launch.capacity(), "all of it is staged");
        assertTrue(3 * (launch.shape().sharedBytes() + 1024) <= 228 << 10);
        assertEquals(256, launch.shape().blockX());
    }

    @Test
    void aShortRowIsOneBlocks() {
        RowLaunch launch = RowLaunch.of(HOPPER, 10, 768, 2, 1, 0, 0);
        assertEquals(1, launch.shape().clusterX());
        assertEquals(96, launch.capacity());
        assertEquals(64, launch.shape().blockX());
    }

    @Test
    void whatDoesNotFitIsLeftToBeReadAgain() {
        RowLaunch hopper = RowLaunch.of(HOPPER, 1, 262_144, 4, 2, 0, 0);
        assertEquals(8, hopper.shape().clusterX());
        assertEquals(8192, hopper.partVectors());
        assertTrue(hopper.capacity() < 8192 && hopper.capacity() > 7000);
        assertTrue(hopper.shape().sharedBytes() <= 227 << 10);
        RowLaunch ampere = RowLaunch.of(AMPERE, 1, 128_256, 2, 2, 0, 0);
        assertEquals(1, ampere.shape().clusterX());
        assertEquals(512, ampere.shape().blockX());
        assertTrue(ampere.shape().sharedBytes() <= 163 << 10);
        assertTrue(ampere.shape().sharedBytes() > 160 << 10, "as much as fits is staged");
    }

    @Test
    void moreThanTheDeviceHasIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RowLaunch.of(AMPERE, 1, 100_000_000, 4, 1, 0, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> RowLaunch.of(HOPPER, Integer.MAX_VALUE, 128_256, 2, 2, 0, 0));
    }
}
