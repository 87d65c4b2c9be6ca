package dev.retort.torch.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/** The environment variables of this process as native libraries see them. */
final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /** Sets variables that are not set; Java's own copy of the environment does not change. */
    static void setIfAbsent(Map<String, String> variables) {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setenv"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                int failed =
                        (int)
                                setenv.invokeExact(
                                        arena.allocateFrom(variable.getKey()),
                                        arena.allocateFrom(variable.getValue()),
                                        0);
                if (failed != 0) {
                    throw new IllegalStateException("setenv refused " + variable.getKey());
                }
            }
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
