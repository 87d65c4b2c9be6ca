package dev.retort.distill.checkpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;

class SafetensorsLibraryTest {
    /** A class path without the library: its own copies of the classes here, and none of those. */
    private static final class Without extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("dev.retort.torch.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("dev.retort.distill.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? copy(name) : loaded;
        }

        private Class<?> copy(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void checkpointsWithoutTheLibraryAreRefusedAtOnce() throws Exception {
        Class<?> folder = new Without().loadClass(CheckpointFolder.class.getName());
        var constructor = folder.getConstructor(Path.class, int.class);
        InvocationTargetException thrown =
                assertThrows(
                        InvocationTargetException.class,
                        () -> constructor.newInstance(Path.of("checkpoints"), 2));
        Throwable cause = assertInstanceOf(IllegalStateException.class, thrown.getCause());
        assertEquals(
                "expected dev.retort:retort-torch on the class path, which writes and reads"
                        + " safetensors files, found none",
                cause.getMessage());
    }

    @Test
    void withTheLibraryNothingIsSaid() {
        assertDoesNotThrow(SafetensorsLibrary::require);
    }
}
