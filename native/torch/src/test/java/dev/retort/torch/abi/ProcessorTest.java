package dev.retort.torch.abi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessorTest {
    @Test
    void zen5IsFamily26OfAmdAlone() {
        assertTrue(Processor.isZen5(cpuinfo("AuthenticAMD", 26)));
        assertFalse(Processor.isZen5(cpuinfo("AuthenticAMD", 25)));
        assertFalse(Processor.isZen5(cpuinfo("GenuineIntel", 26)));
        assertFalse(Processor.isZen5(""));
    }

    @Test
    void avx512MayBeHidden() {
        String zen5 = cpuinfo("AuthenticAMD", 26);
        assertTrue(
                Processor.isZen5WithAvx512(
                        zen5 + "flags\t: fpu avx512f avx512dq avx512bw avx512vl x"));
        assertFalse(Processor.isZen5WithAvx512(zen5 + "flags\t: fpu avx2 avx512f avx512dq\n"));
        assertFalse(
                Processor.isZen5WithAvx512(
                        cpuinfo("AuthenticAMD", 25)
                                + "flags\t: avx512f avx512dq avx512bw avx512vl\n"));
    }

    private static String cpuinfo(String vendor, int family) {
        return """
        processor\t: 0
        vendor_id\t: %s
        cpu family\t: %d
        model\t\t: 2
        """
                .formatted(vendor, family);
    }
}
