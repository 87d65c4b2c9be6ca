package dev.retort.torch.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.torch.TorchEngine;

import org.junit.jupiter.api.Test;

/** One process holds one libtorch. */
class OneLibtorchTest {
    @Test
    void djlsEngineIsKeptOutOnceThisOneIsLoaded() {
        assertTrue(TorchEngine.libtorch().optional().isPresent());
        assertEquals(
                PyTorchGuard.class.getName(), System.getProperty("ai.djl.pytorch.native_helper"));
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> PyTorchGuard.load("libtorch.so"));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("one engine per JVM"), message);
    }
}
