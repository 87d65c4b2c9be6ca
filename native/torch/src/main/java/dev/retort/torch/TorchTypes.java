package dev.retort.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;

import dev.retort.torch.abi.Values;

import java.util.EnumMap;
import java.util.Map;

/** DJL's data types and devices as libtorch numbers them. */
final class TorchTypes {
    private static final Map<DataType, Integer> CODES = new EnumMap<>(DataType.class);
    private static final DataType[] TYPES = new DataType[64];

    static {
        code(DataType.UINT8, 0);
        code(DataType.INT8, 1);
        code(DataType.INT16, 2);
        code(DataType.INT32, 3);
        code(DataType.INT64, 4);
        code(DataType.FLOAT16, 5);
        code(DataType.FLOAT32, 6);
        code(DataType.FLOAT64, 7);
        code(DataType.COMPLEX64, 9);
        code(DataType.BOOLEAN, 11);
        code(DataType.BFLOAT16, 15);
        code(DataType.UINT16, 27);
        code(DataType.UINT32, 28);
        code(DataType.UINT64, 29);
    }

    private static final long CPU = Values.device(0, -1);

    private TorchTypes() {}

    private static void code(DataType type, int code) {
        CODES.put(type, code);
        TYPES[code] = type;
    }

    /** The number of a type. */
    static int code(DataType type) {
        Integer code = CODES.get(type);
        if (code == null) {
            throw new UnsupportedOperationException("libtorch has no tensors of type " + type);
        }
        return code;
    }

    /** The type with a number. */
    static DataType type(int code) {
        DataType type = code < TYPES.length ? TYPES[code] : null;
        if (type == null) {
            throw new UnsupportedOperationException(
                    "DJL has no name for libtorch's data type " + code);
        }
        return type;
    }

    /** A device as the ABI encodes it. */
    static long device(Device device) {
        return switch (device.getDeviceType()) {
            case Device.Type.CPU -> CPU;
            case Device.Type.GPU -> Values.device(1, device.getDeviceId());
            default -> throw new IllegalArgumentException("Unsupported device: " + device);
        };
    }

    /** The device of a kind and number. */
    static Device device(int type, int index) {
        return switch (type) {
            case 0 -> Device.cpu();
            case 1 -> Device.gpu(index);
            default ->
                    throw new IllegalArgumentException(
                            "Unsupported device type of libtorch: " + type);
        };
    }
}
