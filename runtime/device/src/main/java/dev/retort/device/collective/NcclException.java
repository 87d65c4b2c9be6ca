package dev.retort.device.collective;

/** A call of NCCL that did not succeed. */
public final class NcclException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What failed. */
    private final String function;

    /** The {@code ncclResult_t}. */
    private final int result;

    NcclException(String function, int result, String text) {
        super(function + ": " + text + " (" + result + ")");
        this.function = function;
        this.result = result;
    }

    /**
     * The function that failed.
     *
     * @return its name in C
     */
    public String function() {
        return function;
    }

    /**
     * Its result.
     *
     * @return an {@code ncclResult_t}, never 0
     */
    public int result() {
        return result;
    }
}
