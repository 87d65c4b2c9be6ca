package dev.retort.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.retort.cuda.standin.StandIn.Variant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs tests against the stand-in: builds it once per JVM, resets it before each test, hands it to
 * parameters, and fails a test that leaves something alive. The system property {@code
 * dev.retort.standin} names the variant. Without gcc the tests are left out, with one line that
 * says so.
 */
public final class StandInExtension
        implements ExecutionCondition, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static @Nullable StandIn standIn;
    private static @Nullable Boolean compiler;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return compilerPresent()
                ? ConditionEvaluationResult.enabled("gcc is there")
                : ConditionEvaluationResult.disabled("gcc is missing");
    }

    private static synchronized boolean compilerPresent() {
        Boolean present = compiler;
        if (present == null) {
            present = StandIn.compilerPresent();
            compiler = present;
            if (!present) {
                System.out.println(
                        "The tests against the stand-in CUDA driver are left out: gcc is missing.");
            }
        }
        return present;
    }

    static synchronized StandIn standIn() {
        StandIn built = standIn;
        if (built == null) {
            try {
                Variant variant =
                        Variant.valueOf(
                                System.getProperty("dev.retort.standin", Variant.CURRENT.name()));
                built = StandIn.build(variant, Path.of("target", "standin"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            built.install();
            standIn = built;
        }
        return built;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        standIn().reset();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        standIn().reset();
        assertEquals(List.of(), standIn().leaks(), "left alive");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StandIn.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return standIn();
    }
}
