package dev.retort.torch.abi;

/** What every downcall needs: a method handle declares Throwable, a native function throws none. */
final class Downcalls {
    private Downcalls() {}

    static RuntimeException rethrow(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a native function cannot throw a checked exception", e);
    }
}
