package dev.retort.torch.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LibtorchVersionTest {
    @Test
    void versionsAreReadFromTextsAndFromTheAbi() {
        assertEquals(new LibtorchVersion(2, 14, 1), LibtorchVersion.in("'2.14.1+cu130'"));
        assertEquals(new LibtorchVersion(2, 7, 0), LibtorchVersion.in("2.7-cpu"));
        assertNull(LibtorchVersion.in("nightly"));
        assertEquals("2.13.0", LibtorchVersion.ofAbi(0x020d000000000000L).toString());
    }

    @Test
    void versionsAreOrderedByNumber() {
        assertTrue(new LibtorchVersion(2, 10, 0).supported());
        assertTrue(new LibtorchVersion(3, 0, 0).supported());
        assertFalse(new LibtorchVersion(2, 9, 9).supported());
        assertFalse(new LibtorchVersion(1, 13, 1).supported());
    }
}
