package dev.retort.device.gpu;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.DeviceLostException;

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

    /** Declares a device lost in all its contexts, and returns their number. */
    static int lose(String nvmlUuid, DeviceLostException cause) {
        int lost = 0;
        for (DeviceContext context : OPEN) {
            if (context.device().nvmlUuid() instanceof Available<String>(String uuid)
                    && uuid.equals(nvmlUuid)) {
                context.lose(cause);
                lost++;
            }
        }
        return lost;
    }
}
