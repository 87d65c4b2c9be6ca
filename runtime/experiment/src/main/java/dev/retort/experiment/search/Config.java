package dev.retort.experiment.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.SequencedMap;

/**
 * A configuration: the settings of all active parameters. Two are equal if their settings are.
 *
 * @param settings the settings by name, in the order of the space
 */
public record Config(SequencedMap<String, Setting> settings) {
    /** Copies the settings. */
    public Config {
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
    }

    /**
     * A real setting.
     *
     * @param name the parameter
     * @return its value
     */
    public double real(String name) {
        return setting(name, Setting.Real.class).value();
    }

    /**
     * An integer setting.
     *
     * @param name the parameter
     * @return its value
     */
    public long whole(String name) {
        return setting(name, Setting.Whole.class).value();
    }

    /**
     * A choice.
     *
     * @param name the parameter
     * @return what was chosen: a string, a boolean, a {@code Long} or a {@code Double}
     */
    public Object choice(String name) {
        return setting(name, Setting.Choice.class).value();
    }

    private <T extends Setting> T setting(String name, Class<T> kind) {
        Setting setting = settings.get(name);
        if (setting == null) {
            throw new NoSuchElementException(
                    "expected one of the active parameters %s, found '%s'"
                            .formatted(settings.keySet(), name));
        }
        if (!kind.isInstance(setting)) {
            throw new IllegalArgumentException(
                    "expected a setting of the kind %s, found '%s' set to %s"
                            .formatted(kind.getSimpleName(), name, setting));
        }
        return kind.cast(setting);
    }
}
