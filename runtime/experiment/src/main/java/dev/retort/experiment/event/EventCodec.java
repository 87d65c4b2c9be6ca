package dev.retort.experiment.event;

import dev.retort.experiment.json.Json;
import dev.retort.experiment.json.Sha256;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The text of events, and the chain of their hashes. */
public final class EventCodec {
    /** What the first event is chained to. */
    public static final String GENESIS = "0".repeat(64);

    private static final Map<String, Class<? extends Event>> TYPES =
            Arrays.stream(Event.class.getPermittedSubclasses())
                    .map(type -> type.<Event>asSubclass(Event.class))
                    .collect(
                            Collectors
                                    .<Class<? extends Event>, String, Class<? extends Event>>toMap(
                                            Class::getSimpleName, Function.identity()));

    private EventCodec() {}

    /** The name of an event's type. */
    public static String type(Event event) {
        return event.getClass().getSimpleName();
    }

    /** The canonical JSON of an event, without its type. */
    public static String payload(Event event) {
        return Json.write(event);
    }

    /**
     * The event of a text.
     *
     * @throws UnknownEventException if this version knows no such type, or knows less of it
     */
    public static Event parse(String type, String payload) {
        Class<? extends Event> known = TYPES.get(type);
        if (known == null) {
            throw new UnknownEventException("an event of the type " + type + " is not known");
        }
        try {
            return Json.read(payload, known);
        } catch (IllegalArgumentException e) {
            throw new UnknownEventException(
                    "an event of the type " + type + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The hash that chains an event to the one before it. */
    public static String hash(
            String previous,
            long seq,
            long batch,
            long wallMillis,
            long monotonicNanos,
            String actor,
            @Nullable String key,
            String type,
            String payload) {
        StringBuilder text = new StringBuilder(payload.length() + 256);
        field(text, previous);
        field(text, Long.toString(seq));
        field(text, Long.toString(batch));
        field(text, Long.toString(wallMillis));
        field(text, Long.toString(monotonicNanos));
        field(text, actor);
        field(text, key == null ? "" : key);
        field(text, type);
        field(text, payload);
        return Sha256.hex(text.toString());
    }

    /** With its length, so that no two lists of fields have one text. */
    private static void field(StringBuilder text, String value) {
        text.append(value.length()).append(':').append(value);
    }
}
