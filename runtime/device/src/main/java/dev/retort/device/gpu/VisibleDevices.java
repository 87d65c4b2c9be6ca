package dev.retort.device.gpu;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code CUDA_VISIBLE_DEVICES} says. The driver alone applies it, once, when it is
 * initialised; this class reads the same list to tell a user why a device is missing.
 *
 * @param setting the value of the variable, or empty when it is not set
 * @param entries its entries, up to and with the first one that the driver does not accept: that
 *     one hides itself and all that follow
 */
public record VisibleDevices(Optional<String> setting, List<Entry> entries) {
    /** The variable. */
    public static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

    private static final Pattern INDEX = Pattern.compile("\\d{1,9}");
    private static final Pattern UUID_PREFIX = Pattern.compile("[0-9a-f][0-9a-f-]{0,35}");
    private static final Pattern INSTANCE = Pattern.compile("gpu-[0-9a-f-]{36}/\\d{1,3}/\\d{1,3}");

    /** Copies the entries. */
    public VisibleDevices {
        entries = List.copyOf(entries);
    }

    /** One entry of the list. */
    public sealed interface Entry {
        /**
         * A device by its index.
         *
         * @param index the index, in the order of {@code CUDA_DEVICE_ORDER}
         */
        record ByIndex(int index) implements Entry {}

        /**
         * A device by its UUID.
         *
         * @param prefix the UUID or its beginning, in small letters, without {@code GPU-}
         */
        record ByUuid(String prefix) implements Entry {}

        /**
         * A MIG instance.
         *
         * @param identity its UUID or the beginning of it, in small letters, without {@code MIG-};
         *     or the older form {@code gpu-UUID/instance/compute instance}
         */
        record MigInstance(String identity) implements Entry {}

        /**
         * What the driver does not accept.
         *
         * @param text the entry
         * @param reason why
         */
        record Invalid(String text, String reason) implements Entry {}
    }

    /**
     * Reads the variable of an environment.
     *
     * @param environment the environment, {@link System#getenv()} outside tests
     * @return what it says
     */
    public static VisibleDevices of(Map<String, String> environment) {
        @Nullable String value = environment.get(VARIABLE);
        return value == null
                ? new VisibleDevices(Optional.empty(), List.of())
                : new VisibleDevices(Optional.of(value), parse(value));
    }

    private static List<Entry> parse(String value) {
        List<Entry> entries = new ArrayList<>();
        Set<Entry> seen = new HashSet<>();
        if (value.isBlank()) {
            return entries;
        }
        for (String text : value.split(",", -1)) {
            Entry entry = entry(text.strip());
            if (!seen.add(entry)) {
                entry = new Entry.Invalid(text.strip(), "it is there twice");
            }
            entries.add(entry);
            if (entry instanceof Entry.Invalid) {
                break;
            }
        }
        return entries;
    }

    private static Entry entry(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (INDEX.matcher(text).matches()) {
            return new Entry.ByIndex(Integer.parseInt(text));
        }
        if (lower.startsWith("gpu-") && UUID_PREFIX.matcher(lower.substring(4)).matches()) {
            return new Entry.ByUuid(lower.substring(4));
        }
        if (lower.startsWith("mig-")) {
            String identity = lower.substring(4);
            if (UUID_PREFIX.matcher(identity).matches() || INSTANCE.matcher(identity).matches()) {
                return new Entry.MigInstance(identity);
            }
        }
        return new Entry.Invalid(
                text,
                text.startsWith("-")
                        ? "a negative index ends the list"
                        : "it is no index and no UUID of the form GPU-… or MIG-…");
    }

    /**
     * Whether the list hides every device, whatever the machine has.
     *
     * @return true when it is set and has no entry before the first invalid one
     */
    public boolean hidesAll() {
        return setting.isPresent()
                && (entries.isEmpty() || entries.getFirst() instanceof Entry.Invalid);
    }

    /**
     * What a user should know about the list.
     *
     * @return a sentence, or empty when the variable is not set
     */
    public Optional<String> sentence() {
        return setting.map(
                value -> {
                    String says = VARIABLE + "=" + value;
                    if (entries.isEmpty()) {
                        return says + " is empty and hides all devices";
                    }
                    if (entries.getLast() instanceof Entry.Invalid(String text, String reason)) {
                        String hidden = hidesAll() ? "all devices" : "all that follow";
                        return "%s hides %s: the driver ends the list at \"%s\", because %s"
                                .formatted(says, hidden, text, reason);
                    }
                    return says + " chooses the devices";
                });
    }
}
