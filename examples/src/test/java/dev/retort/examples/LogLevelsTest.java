package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What the log of the libraries leaves out. */
class LogLevelsTest {
    private static final String LOGGER = "org.slf4j.simpleLogger.log.";

    private static Properties levels() throws IOException {
        Properties levels = new Properties();
        try (InputStream in =
                requireNonNull(Retort.class.getResourceAsStream("/simplelogger.properties"))) {
            levels.load(in);
        }
        return levels;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ai.djl.util.cuda.CudaUtils", "ai.djl.onnxruntime.engine.OrtEngine"})
    void thatThereIsNoCudaIsNoWarning(String logger) throws IOException {
        assertEquals("error", levels().getProperty(LOGGER + logger));
    }

    /** A logger that a library has renamed would speak again. */
    @Test
    void eachLoggerIsAClass() throws IOException {
        for (String key : levels().stringPropertyNames()) {
            if (key.startsWith(LOGGER)) {
                String name = key.substring(LOGGER.length());
                assertDoesNotThrow(
                        () -> Class.forName(name, false, Retort.class.getClassLoader()), name);
            }
        }
    }
}
