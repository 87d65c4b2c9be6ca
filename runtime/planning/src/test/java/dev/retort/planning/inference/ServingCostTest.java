package dev.retort.planning.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.planning.PlanningException;

import org.junit.jupiter.api.Test;

class ServingCostTest {
    /** Shaped as a 7-billion model with multi-head attention. */
    private static final TransformerSpec SEVEN =
            TransformerSpec.dense(6.7e9, 32, Attention.multiHead(32, 128));

    /** Shaped as a 70-billion model with grouped queries. */
    private static final TransformerSpec SEVENTY =
            TransformerSpec.dense(7e10, 80, new Attention.Grouped(64, 8, 128));

    private static final DeviceRoofs DEVICE = new DeviceRoofs(4e14, 3e12, 80e9);

    @Test
    void theCacheIsAsLargeAsPublishedForKnownShapes() {
        // 2 · 32 layers · 32 heads · 128 · 2 bytes: half a MiB a token.
        assertEquals(524_288, SEVEN.cacheBytesPerToken());
        // 2 · 80 · 8 · 128 · 2 bytes: an eighth of what 64 heads would keep.
        assertEquals(327_680, SEVENTY.cacheBytesPerToken());
        // DeepSeek-V2: (512 + 64) elements for each of 60 layers.
        TransformerSpec latent =
                new TransformerSpec(
                        236e9,
                        21e9,
                        60,
                        new Attention.Latent(128, 512, 64, 128),
                        ElementFormat.BF16,
                        ElementFormat.BF16);
        assertEquals(576 * 60 * 2, latent.cacheBytesPerToken());
        assertEquals(524_288.0 * 16 * 4096, SEVEN.cacheBytes(16, 4096));
    }

    @Test
    void quantisedCachesKeepTheirScales() {
        assertEquals(2, ElementFormat.BF16.bytes());
        assertEquals(4, ElementFormat.FP32.bytes());
        assertEquals(1, ElementFormat.FP8.bytes());
        assertEquals(1 + 2 / 64.0, ElementFormat.INT8.bytes());
        assertEquals(0.5 + 4 / 64.0, ElementFormat.INT4.bytes());
        TransformerSpec quantised = SEVEN.with(ElementFormat.INT8, ElementFormat.INT4);
        assertEquals(524_288 / 2 * (0.5 + 4 / 64.0), quantised.cacheBytesPerToken());
        assertEquals(6.7e9 * (1 + 2 / 64.0), quantised.weightBytes());
    }

    @Test
    void prefillIsBoundByArithmeticAndDecodeByBytes() {
        ServingCost cost = new ServingCost(SEVEN, DEVICE);
        Phase prefill = cost.prefill(1, 4096);
        assertEquals(Phase.Bound.ARITHMETIC, prefill.bound());
        double attention = 4.0 * 32 * 4096 * (4096.0 * 4097 / 2);
        assertEquals(2 * 6.7e9 * 4096 + attention, prefill.flops(), 1e3);
        assertEquals(prefill.flops() / 4e14, prefill.seconds(), 1e-12);
        Phase decode = cost.decode(1, 4096);
        assertEquals(Phase.Bound.BANDWIDTH, decode.bound());
        assertEquals((2 * 6.7e9 + 4096 * 524_288.0) / 3e12, decode.seconds(), 1e-12);
        assertTrue(decode.intensity() < DEVICE.ridge());
        assertEquals(1 / decode.seconds(), cost.tokensPerSecond(1, 4096), 1e-9);
    }

    @Test
    void aRequestIsTheSumOfItsSteps() {
        ServingCost cost =
                new ServingCost(
                        TransformerSpec.dense(1e9, 8, new Attention.Grouped(64, 1, 128)),
                        new DeviceRoofs(1e13, 3e12, 80e9));
        for (long batch : new long[] {1, 3, 8, 64}) {
            double sum = cost.prefill(batch, 100).seconds();
            for (int i = 0; i < 2999; i++) {
                sum += cost.decode(batch, 101 + i).seconds();
            }
            assertEquals(sum, cost.secondsOfRequest(batch, 100, 3000), 1e-9 * sum);
        }
    }

    @Test
    void memoryBoundsBatchAndContext() {
        ServingCost cost = new ServingCost(SEVEN, DEVICE);
        long batch = cost.largestBatch(4096).orElseThrow();
        assertTrue(cost.fits(batch, 4096));
        assertFalse(cost.fits(batch + 1, 4096));
        long context = cost.longestContext(4).orElseThrow();
        assertTrue(cost.fits(4, context));
        assertFalse(cost.fits(4, context + 1));
        ServingCost tooLarge = new ServingCost(SEVENTY, DEVICE);
        assertTrue(tooLarge.largestBatch(1).isEmpty());
        assertTrue(tooLarge.longestContext(1).isEmpty());
        assertTrue(new ServingCost(SEVENTY, DEVICE.times(2)).largestBatch(4096).orElseThrow() > 0);
    }

    @Test
    void theCrossoversAreWhereBothSidesAreEqual() {
        ServingCost cost = new ServingCost(SEVENTY, DEVICE.times(4));
        double context = cost.contextOfEqualBytes(8);
        assertEquals(SEVENTY.weightBytes(), 8 * context * SEVENTY.cacheBytesPerToken(), 1e-3);
        double batch = cost.batchOfRidge(1000).orElseThrow();
        assertEquals(Phase.Bound.BANDWIDTH, cost.decode((long) Math.floor(batch), 1000).bound());
        assertEquals(Phase.Bound.ARITHMETIC, cost.decode((long) Math.ceil(batch), 1000).bound());
        assertTrue(new ServingCost(SEVEN, DEVICE).batchOfRidge(100_000).isEmpty());
    }

    @Test
    void latentAttentionReadsPromptsWithHeadsAndWritesWithTheLatent() {
        TransformerSpec model =
                TransformerSpec.dense(236e9, 60, new Attention.Latent(128, 512, 64, 128));
        // Scores over 512 + 64, values over 512; two FLOPs each.
        assertEquals(
                2 * 236e9 + 60 * 128 * 2.0 * (576 + 512) * 4096, model.flopsOfToken(4096), 1e3);
        // Keys of 128 + 64, values of 128: 1088/320 = 3.4 times fewer.
        assertEquals(
                3 * 2 * 236e9 + 60 * 128 * 2.0 * (192 + 128) * (1 + 2 + 3),
                model.flopsOfPrompt(3),
                1e3);
    }

    @Test
    void aMixtureReadsTheExpertsOfItsTokens() {
        TransformerSpec mixture =
                new TransformerSpec(
                        100e9,
                        10e9,
                        60,
                        new Attention.Grouped(64, 8, 128),
                        ElementFormat.BF16,
                        ElementFormat.BF16);
        assertEquals(20e9, mixture.weightBytesRead(1), 1);
        // A tenth of each of two tokens, less the hundredth that both share.
        assertEquals(200e9 * 0.19, mixture.weightBytesRead(2), 1);
        assertEquals(200e9, mixture.weightBytesRead(1e4), 1);
        assertEquals(13.4e9, SEVEN.weightBytesRead(1), 1);
        DeviceRoofs roofs = new DeviceRoofs(1e15, 4e12, 400e9);
        ServingCost cost = new ServingCost(mixture, roofs);
        assertEquals(20e9 + mixture.cacheBytes(1, 1000), cost.decode(1, 1000).bytes(), 1);
        double batch = cost.batchOfRidge(10).orElseThrow();
        assertEquals(Phase.Bound.BANDWIDTH, cost.decode((long) Math.floor(batch), 10).bound());
        assertEquals(Phase.Bound.ARITHMETIC, cost.decode((long) Math.ceil(batch), 10).bound());
    }

    @Test
    void impossibleModelsAndDevicesAreRefused() {
        assertEquals(
                "expected key-value heads that divide the 32 heads, found 5",
                assertThrows(PlanningException.class, () -> new Attention.Grouped(32, 5, 128))
                        .getMessage());
        assertThrows(PlanningException.class, () -> new Attention.Latent(0, 512, 64, 128));
        assertThrows(PlanningException.class, () -> new DeviceRoofs(1, 0, 1));
        assertThrows(PlanningException.class, () -> new ElementFormat(0, 1, 1));
        assertThrows(
                PlanningException.class,
                () -> TransformerSpec.dense(-1, 1, Attention.multiHead(1, 1)));
        ServingCost cost = new ServingCost(SEVEN, DEVICE);
        assertThrows(PlanningException.class, () -> cost.prefill(0, 1));
        assertThrows(PlanningException.class, () -> cost.decode(1, 0));
        assertThrows(PlanningException.class, () -> cost.secondsOfRequest(1, 1, 0));
    }
}
