package dev.retort.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import dev.retort.experiment.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/**
 * What makes two runs the same work: code, data, config, seed and environment. Runs of equal key
 * give equal results if the task is deterministic.
 *
 * @param sha256 64 hexadecimal digits
 */
public record ContentKey(@JsonValue String sha256) {
    /** Checks the component. */
    @JsonCreator
    public ContentKey {
        if (sha256.length() != 64) {
            throw new IllegalArgumentException(
                    "a content key is \"" + sha256 + "\": expected 64 hexadecimal digits");
        }
    }

    /**
     * The key of a run.
     *
     * @param arm what is run
     * @param seed its seed
     * @param environment what else a result depends on, such as the kind of device
     */
    public static ContentKey of(Arm arm, long seed, Map<String, String> environment) {
        return of(arm, seed, environment, null);
    }

    /** The key of a run that goes on from another, which is {@code null} for none. */
    static ContentKey of(
            Arm arm, long seed, Map<String, String> environment, @Nullable ContentKey forked) {
        Map<String, Object> content = new TreeMap<>();
        content.put("task", arm.task());
        content.put("code", arm.code());
        content.put("data", arm.data());
        content.put("config", arm.config());
        content.put("seed", seed);
        content.put("environment", environment);
        Fork fork = arm.fork();
        if (fork != null && forked != null) {
            content.put("fork", Map.of("of", forked.sha256(), "step", fork.step()));
        }
        return new ContentKey(Json.sha256(content));
    }

    @Override
    public String toString() {
        return sha256.substring(0, 12);
    }
}
