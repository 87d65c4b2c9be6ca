package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Convolutions of one sample warn of nothing, on any processor. */
class QuietConvolutionTest {
    @Test
    void aConvolutionOfOneSamplePrintsNothing() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-DOPT_OUT_TRACKING=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Convolution.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertEquals(List.of(), printed.lines().filter(line -> line.contains("NNPACK")).toList());
    }

    /** Run in a process of its own, whose output is looked at. */
    static final class Convolution {
        private Convolution() {}

        public static void main(String[] arguments) {
            try (NDManager manager = NDManager.newBaseManager(null, "Retort")) {
                NDArray image = manager.ones(new Shape(1, 1, 28, 28));
                NDArray weight = manager.ones(new Shape(4, 1, 3, 3));
                NDList found =
                        Conv2d.conv2d(
                                image,
                                weight,
                                null,
                                new Shape(1, 1),
                                new Shape(0, 0),
                                new Shape(1, 1),
                                1);
                if (found.singletonOrThrow().getFloat(0, 0, 0, 0) != 9) {
                    throw new AssertionError(found);
                }
            }
        }
    }
}
