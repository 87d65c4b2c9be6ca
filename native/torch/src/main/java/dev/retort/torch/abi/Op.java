package dev.retort.torch.abi;

/**
 * One overload of an ATen operator.
 *
 * @param name its name with the namespace, for example {@code aten::mul}
 * @param nameAddress the name as a C string
 * @param overloadAddress the overload's name as a C string
 * @param direct the address of its C++ entry point, or 0 to go through the dispatcher's C function
 */
public record Op(String name, long nameAddress, long overloadAddress, long direct) {

    /** An operator that is called through the dispatcher's C function. */
    public static Op of(String name, String overload) {
        return new Op(name, Native.cString(name), Native.cString(overload), 0);
    }

    /**
     * An operator that takes and returns tensors alone, so that its C++ entry point can be called
     * through {@code torch_parallel_for}, without boxing its arguments.
     *
     * @param symbol the mangled name; where libtorch lacks it, the dispatcher's C function is used
     */
    public static Op direct(String name, String overload, String symbol) {
        return new Op(name, Native.cString(name), Native.cString(overload), Native.address(symbol));
    }
}
