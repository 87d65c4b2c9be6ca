package dev.retort.efficiency;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/** What says that a disk is full. */
class FullDiskWordsTest {
    @Test
    void aFullDiskIsKnownByItsWordsThroughAllCauses() {
        IOException full = new IOException("No space left on device");
        assertTrue(FullDisk.isMeantBy(full));
        assertTrue(FullDisk.isMeantBy(new IllegalStateException(new UncheckedIOException(full))));
        assertTrue(
                FullDisk.isMeantBy(new FileSystemException("/a/b", null, "Disk quota exceeded")));
    }

    @Test
    void otherTroubleIsNone() {
        assertFalse(FullDisk.isMeantBy(new IOException("Read-only file system")));
        IOException circle = new IOException("broken");
        circle.initCause(new IOException("pipe", circle));
        assertFalse(FullDisk.isMeantBy(circle));
    }
}
