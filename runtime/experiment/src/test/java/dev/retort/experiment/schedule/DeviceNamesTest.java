package dev.retort.experiment.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How devices are named so that all processes of a machine mean the same. */
final class DeviceNamesTest {
    private static DeviceNames names(Map<Integer, DeviceFacts> facts, Map<String, String> env) {
        return new DeviceNames(new Capacity(1, List.of(0, 1, 2), facts), env, Path.of("locks"));
    }

    @Test
    void whoHoldsNoneSeesNone() {
        assertEquals("-1", names(Map.of(), Map.of()).visible(List.of()));
    }

    @Test
    void withoutMoreTheyAreTheirNumbers() {
        DeviceNames names = names(Map.of(), Map.of());
        assertEquals("0,2", names.visible(List.of(0, 2)));
        assertEquals(Path.of("locks", "device-2"), names.lock(2));
    }

    @Test
    void whereTheyAreKnownTheyAreTheirUuids() {
        DeviceNames names = names(Map.of(1, new DeviceFacts("GPU-ab-1", null)), Map.of());
        assertEquals("0,GPU-ab-1", names.visible(List.of(0, 1)));
        assertEquals(Path.of("locks", "device-GPU-ab-1"), names.lock(1));
    }

    /** The numbers of this process are places in the list that it sees itself. */
    @Test
    void aListThatHoldsForThisProcessHoldsForItsChildren() {
        DeviceNames names = names(Map.of(), Map.of("CUDA_VISIBLE_DEVICES", "5,GPU-ab12,MIG-cd34"));
        assertEquals("5", names.visible(List.of(0)));
        assertEquals("GPU-ab12,MIG-cd34", names.visible(List.of(1, 2)));
        assertEquals(names(Map.of(), Map.of()).lock(5), names.lock(0));
    }
}
