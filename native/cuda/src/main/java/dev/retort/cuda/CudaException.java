package dev.retort.cuda;

import java.util.Objects;

/**
 * A call of the CUDA driver, of NVML or of NVRTC that did not succeed.
 *
 * <p>Only failures on which a caller acts differently have a class of their own: {@link
 * OutOfDeviceMemoryException}, {@link NotSupportedException} and {@link DeviceLostException}. All
 * others differ by {@link #code()}.
 *
 * <p>Work on a device is asynchronous: the driver may report a failure of earlier work by a later,
 * unrelated call. {@link #function()} is the call that reported it.
 */
public sealed class CudaException extends RuntimeException
        permits OutOfDeviceMemoryException, NotSupportedException, DeviceLostException {
    private static final long serialVersionUID = 1L;

    /** What failed. */
    private final String function;

    /** The result of the function. */
    private final int code;

    /** The C name of the code. */
    private final String name;

    /** The library's description. */
    private final String text;

    /** Whether the process can do no more CUDA work. */
    private final boolean fatalToProcess;

    CudaException(Failure failure) {
        super(failure.message());
        this.function = failure.function();
        this.code = failure.code();
        this.name = failure.name();
        this.text = failure.text();
        this.fatalToProcess = failure.fatalToProcess();
    }

    /**
     * The C function that reported the failure, for example {@code cuMemAlloc_v2}.
     *
     * @return its name
     */
    public final String function() {
        return function;
    }

    /**
     * The result of the function: a {@code CUresult} when its name begins with {@code cu}, an
     * {@code nvmlReturn_t} when it begins with {@code nvml}.
     *
     * @return the code, never 0
     */
    public final int code() {
        return code;
    }

    /**
     * The C name of the code, for example {@code CUDA_ERROR_INVALID_VALUE}.
     *
     * @return the name; for a code that the library does not know, the code in words
     */
    public final String name() {
        return name;
    }

    /**
     * The description that the library gives, with the compiler's log where one was written.
     *
     * @return the text
     */
    public final String text() {
        return text;
    }

    /**
     * Whether the driver's documentation says of this failure that all further CUDA work in this
     * process returns the same error until the process is started anew, as after an illegal address
     * in a kernel.
     *
     * @return true when only a new process can use the device again
     */
    public final boolean fatalToProcess() {
        return fatalToProcess;
    }

    /**
     * The parts of an exception.
     *
     * @param function the function that reported the failure
     * @param code its result
     * @param name the C name of the result
     * @param text the library's description
     * @param fatalToProcess whether all further work fails alike
     */
    record Failure(String function, int code, String name, String text, boolean fatalToProcess) {
        Failure {
            Objects.requireNonNull(function, "function is null");
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(text, "text is null");
        }

        String message() {
            return function + ": " + name + " (" + code + "): " + text;
        }
    }
}
