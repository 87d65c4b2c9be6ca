package dev.retort.planning.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a column holds, and by which names it is known. Case, blanks, underscores, hyphens and
 * brackets of a name do not matter, nor whether its words are told apart by capitals. After a name
 * a unit may follow, such as {@code loss_bits}, and words that say nothing new, such as {@code D
 * (tokens)}.
 *
 * @param key what the user calls it
 * @param what what it holds, for messages
 * @param kind what its cells are
 * @param names its names in groups: where a file has several columns that fit, the one in the first
 *     group is meant, and two of one group leave open which
 * @param units the units that may follow a name
 * @param fillers the words that may follow a name and change nothing
 */
public record Column(
        String key,
        String what,
        Kind kind,
        List<List<String>> names,
        Set<String> units,
        Set<String> fillers) {
    /** What the cells of a column are. */
    public enum Kind {
        /** Numbers: a column without any is not meant. */
        NUMBERS,
        /** Anything. */
        TEXT
    }

    /**
     * How a name fits.
     *
     * @param group the group of names, from 0
     * @param unit the unit, or an empty text
     */
    record Match(int group, String unit) {}

    /** Copies the lists. */
    public Column {
        names = names.stream().map(List::copyOf).toList();
        units = Set.copyOf(units);
        fillers = Set.copyOf(fillers);
    }

    static Column numbers(String key, String what, List<List<String>> names) {
        return new Column(key, what, Kind.NUMBERS, names, Set.of(), Set.of());
    }

    static Column text(String key, String what, List<List<String>> names) {
        return new Column(key, what, Kind.TEXT, names, Set.of(), Set.of());
    }

    Column in(Collection<String> changed) {
        return new Column(key, what, kind, names, Set.copyOf(changed), fillers);
    }

    Column before(String... changed) {
        return new Column(key, what, kind, names, units, Set.of(changed));
    }

    /**
     * All its names.
     *
     * @return those of the first group first
     */
    public List<String> allNames() {
        return names.stream().flatMap(List::stream).toList();
    }

    /** How a head fits; nothing if the column is another. */
    Optional<Match> match(String head) {
        for (int group = 0; group < names.size(); group++) {
            for (String plain : forms(head)) {
                for (String name : names.get(group)) {
                    Optional<String> unit = unitAfter(plain, plain(name));
                    if (unit.isPresent()) {
                        return Optional.of(new Match(group, unit.get()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> unitAfter(String plain, String name) {
        if (!plain.equals(name) && !plain.startsWith(name + " ")) {
            return Optional.empty();
        }
        String unit = "";
        String rest = plain.substring(name.length()).strip();
        while (!rest.isEmpty()) {
            String found = unit.isEmpty() ? start(rest, units) : "";
            unit = found.isEmpty() ? unit : found;
            String piece = found.isEmpty() ? start(rest, fillers) : found;
            if (piece.isEmpty()) {
                return Optional.empty();
            }
            rest = rest.substring(piece.length()).strip();
        }
        // Some names are a unit themselves: exaflops, perplexity.
        return Optional.of(unit.isEmpty() ? unitAtEnd(name) : unit);
    }

    /** The unit at the end of a head that the user named, or an empty text. */
    String unitOf(String head) {
        for (String form : forms(head)) {
            String plain = form;
            String filler;
            do {
                String unit = unitAtEnd(plain);
                if (!unit.isEmpty()) {
                    return unit;
                }
                filler = end(plain, fillers);
                plain = plain.substring(0, plain.length() - filler.length()).strip();
            } while (!filler.isEmpty());
        }
        return "";
    }

    /** A single letter alone is a name, not a unit. */
    private String unitAtEnd(String plain) {
        String unit = end(plain, units);
        return unit.length() == 1 && unit.equals(plain) ? "" : unit;
    }

    private static String start(String text, Set<String> phrases) {
        return longest(phrases, phrase -> (text + " ").startsWith(phrase + " "));
    }

    private static String end(String text, Set<String> phrases) {
        return longest(phrases, phrase -> (" " + text).endsWith(" " + phrase));
    }

    private static String longest(Set<String> phrases, Predicate<String> fitting) {
        return phrases.stream()
                .filter(fitting)
                .max(Comparator.comparingInt(String::length))
                .orElse("");
    }

    /** A head as names are compared: as it is, and with its words told apart by capitals. */
    private static List<String> forms(String head) {
        return new ArrayList<>(
                new LinkedHashSet<>(
                        List.of(
                                plain(head),
                                plain(head.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")))));
    }

    /** Lower case, and one blank for all that is no letter or digit. */
    static String plain(String head) {
        return head.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@]+", " ").strip();
    }
}
