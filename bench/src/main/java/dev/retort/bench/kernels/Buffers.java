package dev.retort.bench.kernels;

import dev.retort.device.gpu.DeviceBuffer;
import dev.retort.device.kernels.reference.HostMatrix;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A buffer for each set of inputs. */
final class Buffers {
    private Buffers() {}

    static List<DeviceBuffer> of(int sets, Supplier<DeviceBuffer> make) {
        List<DeviceBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < sets; i++) {
            buffers.add(make.get());
        }
        return buffers;
    }

    /** {@return 0 when all elements of a row are finite, else NaN} */
    static double finite(HostMatrix row) {
        for (int c = 0; c < row.columns(); c++) {
            if (!Float.isFinite(row.get(0, c))) {
                return Double.NaN;
            }
        }
        return 0;
    }
}
