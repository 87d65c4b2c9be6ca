package dev.retort.torch.abi;

/**
 * Every C++ symbol that is used by its mangled name, with the reason why no C function serves. None
 * has a type of the standard library in it, all were seen in libtorch 2.10 to 2.14, and where one
 * is absent only what it says is.
 *
 * <p>Beside these, the wrappers that the generator marks as direct name the entry point {@code
 * at::_ops::NAME::call} of operators that take tensors alone; where one is absent, the dispatcher's
 * C function is called instead, which does the same and takes about 0.3 µs longer.
 */
public enum Mangled {
    /** {@code c10::TensorImpl::grad() const}: no C function reads a gradient. */
    GRAD("_ZNK3c1010TensorImpl4gradEv", "reading gradients"),
    /** {@code c10::TensorImpl::mutable_grad()}: no C function removes a gradient. */
    MUTABLE_GRAD("_ZN3c1010TensorImpl12mutable_gradEv", "removing gradients"),
    /** {@code c10::TensorImpl::requires_grad() const}: the C ABI has the setter only. */
    REQUIRES_GRAD(
            "_ZNK3c1010TensorImpl13requires_gradEv", "asking whether a tensor has a gradient"),
    /** {@code at::_ops::add__Tensor::call}: the C ABI cannot pass the Scalar alpha. */
    ADD_IN_PLACE(
            "_ZN2at4_ops11add__Tensor4callERNS_6TensorERKS2_RKN3c106ScalarE",
            "the fast form of addition in place"),
    /** {@code at::detail::getDefaultCPUGenerator()}: no C function returns it. */
    DEFAULT_CPU_GENERATOR("_ZN2at6detail22getDefaultCPUGeneratorEv", "seeds"),
    /** {@code at::CPUGeneratorImpl::set_current_seed(unsigned long)}: no C function seeds. */
    SET_CURRENT_SEED("_ZN2at16CPUGeneratorImpl16set_current_seedEm", "seeds"),
    /** {@code at::set_num_threads(int)}: the C ABI has the getter only. */
    SET_NUM_THREADS("_ZN2at15set_num_threadsEi", "setting the number of threads"),
    /** {@code operator new(unsigned long)}: how optional values are made before 2.13. */
    OPERATOR_NEW("_Znwm", "optional arguments on libtorch before 2.13");

    private final String symbol;
    private final String feature;

    Mangled(String symbol, String feature) {
        this.symbol = symbol;
        this.feature = feature;
    }

    /** The name as the linker knows it. */
    public String symbol() {
        return symbol;
    }

    /** What does not work where the symbol is absent. */
    public String feature() {
        return feature;
    }

    /** The address, or 0 where it is absent. */
    long address() {
        return Native.address(symbol);
    }
}
