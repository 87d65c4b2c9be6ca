package dev.retort.efficiency.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.Reading;
import dev.retort.efficiency.Ledger;
import dev.retort.efficiency.Precision;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunTotals;
import dev.retort.efficiency.StepTimes;
import dev.retort.efficiency.Work;
import dev.retort.efficiency.figures.MeasuredPeak.MatrixProduct;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class FlopUtilisationTest {
    @TempDir Path folder;

    private static Reading h100(Precision precision) {
        return PeakTable.standard().flopsPerSecond("NVIDIA H100 80GB HBM3", precision);
    }

    private static RunTotals run(Map<Precision, Double> model, Map<Precision, Double> hardware) {
        Work work = new Work(10, 10, 10, 8_000_000_000L, model, hardware);
        Ledger ledger =
                Ledger.of(Map.of(Region.STEP, 8_000_000_000L, Region.SETUP, 2_000_000_000L));
        return new RunTotals(0, 1, 0, 0, ledger, work, work, Work.NONE, StepTimes.NONE, Map.of());
    }

    private static double value(Reading reading) {
        return reading.ifMeasured().orElseThrow();
    }

    @Test
    void utilisationIsIdealTimeOverTime() {
        double flops = 2 * 4 * 989.4e12; // Half of two devices, over 8 s of steps.
        FlopUtilisation found =
                FlopUtilisation.of(
                        run(Map.of(Precision.BF16, flops), Map.of(Precision.BF16, flops * 4 / 3)),
                        2,
                        FlopUtilisationTest::h100);
        assertEquals(0.5, value(found.mfuStep()), 1e-12);
        assertEquals(0.4, value(found.mfuWall()), 1e-12);
        assertEquals(0.5 * 4 / 3, value(found.hfuStep()), 1e-12);
        assertEquals(0.4 * 4 / 3, value(found.hfuWall()), 1e-12);
    }

    @Test
    void dataTypesAddTheirIdealTimes() {
        Map<Precision, Double> flops =
                Map.of(Precision.FP8, 1978.9e12, Precision.FP32, 67e12); // A second each.
        assertEquals(
                2.0 / 8,
                value(
                        FlopUtilisation.of(run(flops, flops), 1, FlopUtilisationTest::h100)
                                .mfuStep()),
                1e-12);
    }

    @Test
    void anUnknownPeakMeansNoUtilisation() {
        Map<Precision, Double> flops = Map.of(Precision.BF16, 1e12, Precision.FP4, 1.0);
        Reading.Absent absent =
                assertInstanceOf(
                        Reading.Absent.class,
                        FlopUtilisation.of(run(flops, flops), 1, FlopUtilisationTest::h100)
                                .mfuStep());
        assertEquals(
                "the peak of NVIDIA H100 80GB HBM3 in FP4 is not in the table", absent.reason());
        assertInstanceOf(
                Reading.Absent.class,
                FlopUtilisation.of(run(Map.of(), Map.of()), 1, FlopUtilisationTest::h100)
                        .mfuWall());
        assertInstanceOf(
                Reading.Absent.class,
                PeakTable.standard().flopsPerSecond("NVIDIA GeForce GT 710", Precision.FP32));
    }

    @Test
    void theTableIsExtendedAndOverridden() throws IOException {
        Path file = folder.resolve("mine.csv");
        Files.writeString(file, "# mine\ndevice,BF16\nnvidia h200,500\nMy Chip,12.5\n");
        PeakTable table = PeakTable.standard().with(file);
        assertEquals(500e12, value(table.flopsPerSecond("NVIDIA H200", Precision.BF16)));
        assertEquals(67e12, value(table.flopsPerSecond("NVIDIA H200", Precision.FP32)));
        assertEquals(12.5e12, value(table.flopsPerSecond("my chip", Precision.BF16)));
        Reading.Measured source =
                assertInstanceOf(
                        Reading.Measured.class, table.flopsPerSecond("My Chip", Precision.BF16));
        assertEquals("peak of My Chip, mine.csv", source.source());
        Files.writeString(file, "device,BF16\nshort\n");
        assertThrows(IllegalArgumentException.class, () -> PeakTable.standard().with(file));
        assertThrows(
                IllegalArgumentException.class,
                () -> PeakTable.standard().with("x", Precision.FP32, 0, "typo"));
    }

    /** Takes 1 ns per 100 operations, but for one product in four. */
    private static final class Fake implements MatrixProduct {
        private int products;

        @Override
        public String engine() {
            return "fake, 1 thread";
        }

        @Override
        public long nanos(int size, Precision precision) {
            if (precision != Precision.FP32) {
                throw new UnsupportedOperationException("only FP32");
            }
            products++;
            long ideal = 2L * size * size * size / 100;
            return products % 4 == 0 ? 3 * ideal : ideal;
        }
    }

    @Test
    void theProcessorIsMeasuredOnce() throws IOException {
        Path cache = folder.resolve("sub").resolve("peaks.properties");
        Fake fake = new Fake();
        Reading first = MeasuredPeak.of(cache).flopsPerSecond(fake, Precision.FP32);
        assertEquals(100e9, value(first), 100e9 * 1e-6);
        int products = fake.products;
        assertTrue(products > 0);
        assertEquals(
                value(first), value(MeasuredPeak.of(cache).flopsPerSecond(fake, Precision.FP32)));
        assertEquals(products, fake.products, "read from the file");
        assertInstanceOf(
                Reading.Absent.class, MeasuredPeak.of(cache).flopsPerSecond(fake, Precision.FP64));
        Files.writeString(cache, "\\u00zz broken");
        assertEquals(
                value(first), value(MeasuredPeak.of(cache).flopsPerSecond(fake, Precision.FP32)));
        assertEquals(2 * products, fake.products, "measured again");
    }
}
