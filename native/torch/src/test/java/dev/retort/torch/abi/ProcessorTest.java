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
