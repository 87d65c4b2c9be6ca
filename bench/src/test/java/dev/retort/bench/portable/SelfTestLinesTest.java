package dev.retort.bench.portable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

class SelfTestLinesTest {
    @Test
    void aLineForEachTestTellsHowItEnded() {
        StringWriter out = new StringWriter();
        SelfTestLines lines = new SelfTestLines(new PrintWriter(out));
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(SelfTestSamples.class))
                                .build(),
                        lines);
        assertEquals(
                new TreeSet<>(
                        List.of(
                                "fail  SelfTestSamples.fails  (org.opentest4j.AssertionFailedError: expected: <1> but was: <2>)",
                                "fail  SelfTestSamples.hasTwoCases[2] number = 2  (org.opentest4j.AssertionFailedError: expected: <1> but was: <2>)",
                                "pass  SelfTestSamples.hasTwoCases[1] number = 1",
                                "pass  SelfTestSamples.isInherited",
                                "skip  SelfTestSamples.isAborted  (org.opentest4j.TestAbortedException: Assumption failed: not here)",
                                "skip  SelfTestSamples.isDisabled  (not now)")),
                new TreeSet<>(out.toString().lines().toList()));
        assertEquals("2 passed, 2 failed, 2 skipped", lines.summary());
        assertEquals(2, lines.failed());
    }

    /** In a process of its own: this one may have loaded the stand-in. */
    @Test
    void withoutAGpuTheTestsAreSkippedAndTheReasonIsGiven()
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                PortableRetort.class.getName(),
                                "selftest")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        assumeFalse(output.startsWith("device "), "this machine has a GPU");
        assertEquals(0, exitCode, output);
        assertTrue(output.startsWith("no GPU: "), output);
        assertTrue(output.contains("skip  HardwareLossTest.agreesWithFloat64  (no GPU)"), output);
        assertTrue(output.contains("skip  HardwareTest."), output);
        assertTrue(output.contains("skip  HardwareDeviceTimeTest."), output);
        assertTrue(output.stripTrailing().endsWith(" skipped"), output);
    }
}
