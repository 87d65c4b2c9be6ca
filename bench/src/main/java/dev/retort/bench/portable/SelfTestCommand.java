package dev.retort.bench.portable;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.Devices;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code retort selftest}: the tests that need a GPU, on this machine's. */
@Command(
        name = "selftest",
        description = {
            "Runs the tests that need an NVIDIA GPU and prints a line for each: pass, fail or skip."
                    + " Without a GPU it says why, and skips them all. The exit code is 1 when one"
                    + " failed."
        })
public final class SelfTestCommand implements Callable<Integer> {
    private static final String TAG = "gpu";
    private static final int FAILED = 1;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Launcher launcher = LauncherFactory.create();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(
                                DiscoverySelectors.selectPackage("dev.retort.cuda"),
                                DiscoverySelectors.selectPackage("dev.retort.device"),
                                DiscoverySelectors.selectPackage("dev.retort.efficiency"))
                        .filters(TagFilter.includeTags(TAG))
                        .build();
        SelfTestLines lines = new SelfTestLines(out);
        switch (Devices.probe()) {
            case Unavailable<Devices>(List<String> reasons) -> {
                reasons.forEach(reason -> out.println("no GPU: " + reason));
                skipAll(launcher.discover(request), lines);
            }
            case Available<Devices>(Devices devices) -> {
                for (Device device : devices.all()) {
                    out.println(device);
                }
                launcher.execute(request, lines);
            }
        }
        out.println(lines.summary());
        out.flush();
        return lines.failed() == 0 ? 0 : FAILED;
    }

    private static void skipAll(TestPlan plan, SelfTestLines lines) {
        lines.testPlanExecutionStarted(plan);
        for (TestIdentifier root : plan.getRoots()) {
            for (TestIdentifier test : plan.getDescendants(root)) {
                // A parameterized test is a container, of which the tests are not known yet.
                if (plan.getChildren(test).isEmpty()) {
                    lines.executionSkipped(test, "no GPU");
                }
            }
        }
    }
}
