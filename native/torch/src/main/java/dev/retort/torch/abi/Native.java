package dev.retort.torch.abi;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of libtorch's C ABI that are called by hand; single operators go through {@link
 * CallStack}. Pointers are passed as {@code long}, so that a call allocates no segment. The class
 * may be touched only after {@link Libtorch#probe()} has found libtorch.
 */
final class Native {
    /** All memory: addresses come from libtorch, so no segment has bounds to check. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final Libtorch LIBTORCH = Libtorch.loaded();

    /** The version whose schemas the wrappers were generated from, as libtorch encodes it. */
    static final long ABI_VERSION = LIBTORCH.abiVersion();

    static final MethodHandle DISPATCH =
            function("torch_call_dispatcher", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle PARALLEL_FOR =
            function("torch_parallel_for", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle NEW_HANDLE =
            trivial("aoti_torch_new_tensor_handle", JAVA_LONG, JAVA_LONG);
    static final MethodHandle NEW_UNDEFINED =
            trivial("aoti_torch_new_uninitialized_tensor", JAVA_LONG);
    static final MethodHandle DELETE = function("aoti_torch_delete_tensor_object", JAVA_LONG);
    static final MethodHandle IS_DEFINED = trivial("aoti_torch_is_defined", JAVA_LONG, JAVA_LONG);
    static final MethodHandle ASSIGN = function("aoti_torch_assign_tensors", JAVA_LONG, JAVA_LONG);

    static final MethodHandle EMPTY_STRIDED =
            function(
                    "aoti_torch_empty_strided",
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_LONG);
    static final MethodHandle SUBTRACT =
            function(
                    "aoti_torch_aten_subtract_Tensor",
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_DOUBLE,
                    JAVA_LONG);

    static final MethodHandle DIM = trivial("aoti_torch_get_dim", JAVA_LONG, JAVA_LONG);
    static final MethodHandle SIZES = trivial("aoti_torch_get_sizes", JAVA_LONG, JAVA_LONG);
    static final MethodHandle STRIDES = trivial("aoti_torch_get_strides", JAVA_LONG, JAVA_LONG);
    static final MethodHandle NUMEL = trivial("aoti_torch_get_numel", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DTYPE = trivial("aoti_torch_get_dtype", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DEVICE_TYPE =
            trivial("aoti_torch_get_device_type", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DEVICE_INDEX =
            trivial("aoti_torch_get_device_index", JAVA_LONG, JAVA_LONG);
    static final MethodHandle LAYOUT = trivial("aoti_torch_get_layout", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DATA = trivial("aoti_torch_get_data_ptr", JAVA_LONG, JAVA_LONG);
    static final MethodHandle CONTIGUOUS =
            trivial("aoti_torch_is_contiguous", JAVA_LONG, JAVA_LONG);

    static final MethodHandle SET_GRAD_MODE =
            downcall(
                    "aoti_torch_grad_mode_set_enabled",
                    FunctionDescriptor.ofVoid(JAVA_BOOLEAN),
                    Linker.Option.critical(false));
    static final MethodHandle SET_REQUIRES_GRAD =
            function("torch_set_requires_grad", JAVA_LONG, JAVA_BOOLEAN);

    static final MethodHandle NEW_LIST =
            trivial("torch_new_list_reserve_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle LIST_PUSH = trivial("torch_list_push_back", JAVA_LONG, JAVA_LONG);
    static final MethodHandle LIST_SIZE = trivial("torch_list_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle LIST_GET =
            trivial("torch_list_get_item", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle DELETE_LIST = function("torch_delete_list", JAVA_LONG);
    static final MethodHandle NEW_STRING =
            trivial("torch_new_string_handle", JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle SCALAR_F32 =
            trivial("aoti_torch_scalar_to_tensor_float32", JAVA_FLOAT, JAVA_LONG);
    static final MethodHandle SCALAR_F64 =
            trivial("aoti_torch_scalar_to_tensor_float64", JAVA_DOUBLE, JAVA_LONG);
    static final MethodHandle SCALAR_I32 =
            trivial("aoti_torch_scalar_to_tensor_int32", JAVA_INT, JAVA_LONG);
    static final MethodHandle SCALAR_I64 =
            trivial("aoti_torch_scalar_to_tensor_int64", JAVA_LONG, JAVA_LONG);
    static final MethodHandle SCALAR_I8 =
            trivial(
                    "aoti_torch_scalar_to_tensor_int8",
                    java.lang.foreign.ValueLayout.JAVA_BYTE,
                    JAVA_LONG);

    private Native() {}

    /** The address of a function, or 0 when this libtorch does not have it. */
    static long address(String symbol) {
        return LIBTORCH.find(symbol).map(MemorySegment::address).orElse(0L);
    }

    /** A C string that lives as long as the process. */
    static long cString(String text) {
        return Arena.global().allocateFrom(text).address();
    }

    static MethodHandle downcall(
            String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment address =
                LIBTORCH.find(symbol)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "libtorch "
                                                        + LIBTORCH.version()
                                                        + " lacks the function "
                                                        + symbol));
        return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }

    private static MethodHandle function(String symbol, MemoryLayout... arguments) {
        return downcall(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** A function that only reads a field or allocates a few bytes. */
    private static MethodHandle trivial(String symbol, MemoryLayout... arguments) {
        return downcall(
                symbol, FunctionDescriptor.of(JAVA_INT, arguments), Linker.Option.critical(false));
    }
}
