package dev.retort.device.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.device.gpu.VisibleDevices.Entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class VisibleDevicesTest {
    private static VisibleDevices of(String value) {
        return VisibleDevices.of(Map.of(VisibleDevices.VARIABLE, value));
    }

    @Test
    void withoutTheVariableNothingIsSaid() {
        VisibleDevices unset = VisibleDevices.of(Map.of());
        assertEquals(Optional.empty(), unset.sentence());
        assertFalse(unset.hidesAll());
    }

    @Test
    void everyFormIsRead() {
        assertEquals(
                List.of(
                        new Entry.ByIndex(1),
                        new Entry.ByUuid("51301a7e-d0"),
                        new Entry.MigInstance("51301a7e-d000-4000-8000-000000004d00"),
                        new Entry.MigInstance("gpu-51301a7e-d000-4000-8000-000000000000/1/0")),
                of("1, GPU-51301A7E-d0,MIG-51301a7e-d000-4000-8000-000000004d00,"
                                + "MIG-GPU-51301a7e-d000-4000-8000-000000000000/1/0")
                        .entries());
        assertEquals(Optional.of("CUDA_VISIBLE_DEVICES=1 chooses the devices"), of("1").sentence());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-1", "NoDevFiles", "GPU-", "gpu-xyz", "MIG-GPU-1/0", ",0"})
    void theseHideAll(String value) {
        assertTrue(of(value).hidesAll());
        assertTrue(of(value).sentence().orElseThrow().contains("hides all devices"));
    }

    @Test
    void theFirstWrongEntryHidesWhatFollows() {
        VisibleDevices visible = of("0,2,-1,1");
        assertEquals(3, visible.entries().size());
        assertFalse(visible.hidesAll());
        assertEquals(
                "CUDA_VISIBLE_DEVICES=0,2,-1,1 hides all that follow: the driver ends the list at"
                        + " \"-1\", because a negative index ends the list",
                visible.sentence().orElseThrow());
        assertInstanceOf(Entry.Invalid.class, of("1,1").entries().getLast());
        assertEquals("it is there twice", ((Entry.Invalid) of("1,1").entries().getLast()).reason());
    }
}
