package dev.retort.device.gpu;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.DeviceLostException;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The contexts of this process whose hold on a device has not ended. Thread-safe. */
final class OpenContexts {
    private static final Set<DeviceContext> OPEN = ConcurrentHashMap.newKeySet();

    private OpenContexts() {}

    static void add(DeviceContext context) {
        OPEN.add(context);
    }

    static void remove(DeviceContext context) {
        OPEN.remove(context);
    }

    /**
     * Declares a device lost in all its contexts, and returns their number. All of them refuse work
     * before pending work fails in any, which may run code of others.
     */
    static int lose(String nvmlUuid, DeviceLostException cause) {
        List<DeviceContext> lost =
                OPEN.stream().filter(context -> isOn(context, nvmlUuid)).toList();
        lost.forEach(context -> context.refuse(cause));
        lost.forEach(context -> context.lose(cause));
        return lost.size();
    }

    private static boolean isOn(DeviceContext context, String nvmlUuid) {
        return context.device().nvmlUuid() instanceof Available<String>(String uuid)
                && uuid.equals(nvmlUuid);
    }
}
