package dev.retort.device.blas;

/** A call of cuBLASLt that did not succeed. */
public final class BlasException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What failed. */
    private final String function;

    /** The {@code cublasStatus_t}. */
    private final int status;

    BlasException(String function, int status, String text) {
        super(function + ": " + text + " (" + status + ")");
        this.function = function;
        this.status = status;
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
     * @return a {@code cublasStatus_t}, never 0
     */
    public int status() {
        return status;
    }
}
