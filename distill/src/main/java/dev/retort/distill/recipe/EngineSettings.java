package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.jspecify.annotations.Nullable;

/**
 * What is computed with. Whoever runs a recipe selects the engine before DJL loads one.
 *
 * @param name DJL's name of the engine
 * @param threads threads of an operation, at least 1; {@code null} for as many as the machine has
 *     cores
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EngineSettings(String name, @Nullable Integer threads) {
    /** Checks that there is a thread. */
    public EngineSettings {
        requireNonNull(name, "expected name, found none");
        if (threads != null && threads < 1) {
            throw new IllegalArgumentException("expected at least 1 thread, found " + threads);
        }
    }
}
