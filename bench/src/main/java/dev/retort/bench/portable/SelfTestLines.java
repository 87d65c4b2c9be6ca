package dev.retort.bench.portable;

import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

import java.io.PrintWriter;

/** A line for each test as it ends, and the count of them. */
final class SelfTestLines implements TestExecutionListener {
    private final PrintWriter out;
    private @Nullable TestPlan plan;
    private int passed;
    private int failed;
    private int skipped;

    SelfTestLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped++;
        line("skip", test, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        // Of a class or a parameterized test only what went wrong outside its tests counts.
        if (!test.isTest() && result.getStatus() == Status.SUCCESSFUL) {
            return;
        }
        String reason = result.getThrowable().map(SelfTestLines::sentence).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                passed++;
                line("pass", test, "");
            }
            case ABORTED -> {
                skipped++;
                line("skip", test, reason);
            }
            case FAILED -> {
                failed++;
                line("fail", test, reason);
            }
        }
    }

    private static String sentence(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("");
    }

    private void line(String verdict, TestIdentifier test, String reason) {
        out.println(verdict + "  " + name(test) + (reason.isEmpty() ? "" : "  (" + reason + ")"));
        out.flush();
    }

    /** Class and method, and for one of several invocations its arguments. */
    private String name(TestIdentifier test) {
        return test.getSource()
                .map(
                        source ->
                                switch (source) {
                                    case MethodSource method -> method(test, method);
                                    case ClassSource type -> simpleName(type.getClassName());
                                    default -> test.getDisplayName();
                                })
                .orElse(test.getDisplayName());
    }

    private String method(TestIdentifier test, MethodSource method) {
        String name = simpleName(owner(test, method)) + "." + method.getMethodName();
        return test.getDisplayName().startsWith("[") ? name + test.getDisplayName() : name;
    }

    /** The class that was run; its method may be inherited. */
    private String owner(TestIdentifier test, MethodSource method) {
        TestPlan known = plan;
        TestIdentifier at = test;
        while (known != null) {
            if (at.getSource().orElse(null) instanceof ClassSource type) {
                return type.getClassName();
            }
            TestIdentifier parent = known.getParent(at).orElse(null);
            if (parent == null) {
                break;
            }
            at = parent;
        }
        return method.getClassName();
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    int failed() {
        return failed;
    }

    String summary() {
        return "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
    }
}
