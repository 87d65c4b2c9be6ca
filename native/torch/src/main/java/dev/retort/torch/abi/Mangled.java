package dev.retort.torch.abi;

import ai.djl.engine.EngineException;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Every C++ symbol that is used by its mangled name, with the reason why no C function serves. None
 * has a type of the standard library in it, all were seen in libtorch 2.10 to 2.14, those of the
 * CUDA part in the one of 2.13, and where one is absent only what it says is.
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
    /** {@code at::autocast::is_autocast_enabled(c10::DeviceType)}: the C ABI has no autocast. */
    IS_AUTOCAST_ENABLED("_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "autocast"),
    /** {@code at::autocast::set_autocast_enabled(c10::DeviceType, bool)}. */
    SET_AUTOCAST_ENABLED("_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "autocast"),
    /** {@code at::autocast::get_autocast_dtype(c10::DeviceType)}. */
    GET_AUTOCAST_DTYPE("_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", "autocast"),
    /** {@code at::autocast::set_autocast_dtype(c10::DeviceType, c10::ScalarType)}. */
    SET_AUTOCAST_DTYPE(
            "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", "autocast"),
    /** {@code at::autocast::increment_nesting()}. */
    AUTOCAST_INCREMENT_NESTING("_ZN2at8autocast17increment_nestingEv", "autocast"),
    /** {@code at::autocast::decrement_nesting()}. */
    AUTOCAST_DECREMENT_NESTING("_ZN2at8autocast17decrement_nestingEv", "autocast"),
    /** {@code at::autocast::clear_cache()}: frees the converted weights. */
    AUTOCAST_CLEAR_CACHE("_ZN2at8autocast11clear_cacheEv", "autocast"),
    /** {@code at::CPUGeneratorImpl::get_state() const}: the C ABI has no states of generators. */
    GENERATOR_GET_STATE(
            "_ZNK2at16CPUGeneratorImpl9get_stateEv", "saving the state of the random generator"),
    /** {@code at::CPUGeneratorImpl::set_state(const c10::TensorImpl&)}. */
    GENERATOR_SET_STATE(
            "_ZN2at16CPUGeneratorImpl9set_stateERKN3c1010TensorImplE",
            "restoring the state of the random generator"),
    /** {@code at::globalContext()}: the C ABI has no settings of the process. */
    GLOBAL_CONTEXT("_ZN2at13globalContextEv", "deterministic mode"),
    /** {@code at::Context::setUserEnabledNNPACK(bool)}. */
    SET_NNPACK("_ZN2at7Context20setUserEnabledNNPACKEb", "leaving NNPACK out"),
    /** {@code at::Context::deterministicAlgorithms() const}. */
    IS_DETERMINISTIC("_ZNK2at7Context23deterministicAlgorithmsEv", "deterministic mode"),
    /** {@code at::Context::setDeterministicAlgorithms(bool, bool)}. */
    SET_DETERMINISTIC("_ZN2at7Context26setDeterministicAlgorithmsEbb", "deterministic mode"),
    /** {@code c10::cuda::device_count()}, in libtorch's CUDA part: the C ABI counts no devices. */
    CUDA_DEVICE_COUNT("_ZN3c104cuda12device_countEv", "training on a GPU"),
    /** {@code at::cuda::detail::getDefaultCUDAGenerator(signed char)}, in the CUDA part. */
    DEFAULT_CUDA_GENERATOR(
            "_ZN2at4cuda6detail23getDefaultCUDAGeneratorEa", "seeding the generator of a GPU"),
    /** {@code at::CUDAGeneratorImpl::set_current_seed(unsigned long)}, in the CUDA part. */
    SET_CUDA_SEED(
            "_ZN2at17CUDAGeneratorImpl16set_current_seedEm", "seeding the generator of a GPU"),
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

    /** A handle that calls the function or, where it is absent, throws and says what needs it. */
    MethodHandle handle(FunctionDescriptor descriptor) {
        if (address() != 0) {
            return Native.downcall(symbol, descriptor);
        }
        MethodType type = descriptor.toMethodType();
        EngineException missing =
                new EngineException(feature + " needs " + symbol + ", which libtorch lacks");
        return MethodHandles.dropArguments(
                MethodHandles.throwException(type.returnType(), EngineException.class)
                        .bindTo(missing),
                0,
                type.parameterList());
    }
}
