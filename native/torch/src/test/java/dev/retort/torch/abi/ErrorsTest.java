package dev.retort.torch.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;

import dev.retort.torch.ffi.AtenTensor;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.Set;

/** What goes wrong in libtorch arrives as an exception, by whichever route it was called. */
class ErrorsTest {
    private static final long CPU = Values.device(0, -1);
    private static final int FLOAT32 = 6;

    @BeforeAll
    static void load() {
        assertTrue(Libtorch.probe().optional().isPresent(), Libtorch.probe().toString());
    }

    private static void assertFails(String message, Runnable call) {
        EngineException e = assertThrows(EngineException.class, call::run);
        String found = String.valueOf(e.getMessage());
        assertTrue(found.contains(message), found);
    }

    @Test
    void theDispatcherAndTheEntryPointSayTheSame() {
        long left = Tensors.empty(new long[] {2, 3}, FLOAT32, CPU);
        long right = Tensors.empty(new long[] {2, 4}, FLOAT32, CPU);
        Op dispatched = Op.of("aten::mm", "");
        assertFails("cannot be multiplied", () -> AtenTensor.mm(left, right));
        assertFails(
                "cannot be multiplied",
                () -> {
                    CallStack stack = CallStack.enter();
                    stack.tensor(0, left);
                    stack.tensor(1, right);
                    stack.call(dispatched);
                });
        assertFails("Dimension out of range", () -> AtenTensor.transpose(left, 0, 7));
        assertFails("shape", () -> AtenTensor.reshape(left, new long[] {5}));
        Tensors.delete(left);
        Tensors.delete(right);
    }

    @Test
    void anUnknownOperatorIsAnError() {
        assertFails("no_such", () -> CallStack.enter().call(Op.of("aten::no_such", "")));
    }

    @Test
    void shapesAreCheckedBeforeTheCall() {
        long left = Tensors.empty(new long[] {2, 3}, FLOAT32, CPU);
        long right = Tensors.empty(new long[] {4, 3}, FLOAT32, CPU);
        assertFails(
                "The size of tensor a (2) must match the size of tensor b (4) at non-singleton"
                        + " dimension 0",
                () -> Shapes.requireBroadcast(left, right));
        long row = Tensors.empty(new long[] {1, 3}, FLOAT32, CPU);
        Shapes.requireBroadcast(left, row);
        Shapes.requireBroadcastTo(row, left);
        assertFails("output with shape", () -> Shapes.requireBroadcastTo(left, row));
        assertEquals(2, Tensors.dim(left));
        Tensors.delete(left);
        Tensors.delete(right);
        Tensors.delete(row);
    }

    @Test
    void everyMangledSymbolThatTheTableHasIsThere() {
        Set<Mangled> wanted = EnumSet.allOf(Mangled.class);
        if (!Libtorch.loaded().cuda()) {
            wanted.removeAll(
                    Set.of(
                            Mangled.CUDA_DEVICE_COUNT,
                            Mangled.DEFAULT_CUDA_GENERATOR,
                            Mangled.SET_CUDA_SEED));
            assertEquals(0, Settings.gpus());
            assertFails(
                    "seeding the generator of a GPU needs "
                            + Mangled.DEFAULT_CUDA_GENERATOR.symbol()
                            + ", which libtorch lacks",
                    () -> Settings.setGpuSeed(0, 1));
        }
        for (Mangled function : wanted) {
            assertTrue(function.address() != 0, function + ": " + function.symbol());
        }
    }
}
