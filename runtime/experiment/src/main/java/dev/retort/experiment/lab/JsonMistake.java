package dev.retort.experiment.lab;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a text that is no JSON, in the words of who wrote it: what a parser says of it
 * names its own classes.
 *
 * @param line the line, from 1
 * @param column the column, from 1
 * @param expected what should stand there
 * @param found what does
 */
record JsonMistake(int line, int column, String expected, String found) {
    private static final Pattern TOKEN =
            Pattern.compile("^(?:Unrecognized|Non-standard) token '(.*?)'");
    private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.*)'");

    /** Where the parser keeps a limit that was passed. */
    private static final Pattern OF_PARSER = Pattern.compile(", from `[^`]*`");

    private record Kind(String said, String expected) {}

    /** What the parser says, and what that means. */
    private static final List<Kind> KINDS =
            List.of(
                    new Kind("Trailing token", "the end of the file"),
                    new Kind("Unexpected close marker", "the end of the file"),
                    new Kind("comma to separate Object", "a comma or }"),
                    new Kind("comma to separate Array", "a comma or ]"),
                    new Kind("marker for Object", "a comma or }"),
                    new Kind("marker for Array", "a comma or ]"),
                    new Kind("colon to separate", "a colon"),
                    new Kind("to start field name", "the name of a field in double quotes"),
                    new Kind("within/between Object", "the name of a field or a value"),
                    new Kind("in field name", "a double quote that ends the name"),
                    new Kind("quote for a string", "a double quote that ends the string"),
                    new Kind("Illegal unquoted character", "a double quote that ends the string"),
                    new Kind("escape", "an escape such as \\n or \\u00e9"),
                    new Kind("Leading zeroes", "a number without leading zeros"),
                    new Kind("in numeric value", "a number such as 0.5 or 1e-4"));

    /** What is wrong, with its place if the parser says one. */
    static String sentence(String text, JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        return place == null
                ? OF_PARSER.matcher(e.getOriginalMessage()).replaceAll("")
                : of(text, e, place.getLineNr(), place.getColumnNr()).sentence();
    }

    private static JsonMistake of(String text, JsonProcessingException e, int line, int column) {
        String said = e.getOriginalMessage();
        Matcher twice = TWICE.matcher(said);
        if (twice.find()) {
            String name = twice.group(1);
            int begin = Math.max(1, column - name.length() - 2);
            return new JsonMistake(line, begin, "each field once", quoted(name) + " twice");
        }
        Matcher token = TOKEN.matcher(said);
        if (token.find()) {
            String word = token.group(1);
            return new JsonMistake(
                    line, Math.max(1, column - word.length()), "a value", quoted(word));
        }
        String expected =
                KINDS.stream()
                        .filter(kind -> said.contains(kind.said()))
                        .map(Kind::expected)
                        .findFirst()
                        .orElse("a value");
        boolean isEnd = e instanceof JsonEOFException;
        String found = isEnd ? "the end of the file" : at(text, line, column);
        return new JsonMistake(line, column, expected, found);
    }

    /** The character at a place. */
    private static String at(String text, int line, int column) {
        String of = text.lines().skip(line - 1L).findFirst().orElse("");
        if (column <= of.length()) {
            return quoted(of.substring(column - 1, of.offsetByCodePoints(column - 1, 1)));
        }
        return text.lines().skip(line).allMatch(String::isBlank)
                ? "the end of the file"
                : "the end of the line";
    }

    private static String quoted(String text) {
        return text.equals("\"") ? "a double quote" : "\"" + text + "\"";
    }

    private String sentence() {
        return "line "
                + line
                + ", column "
                + column
                + ": expected "
                + expected
                + ", found "
                + found;
    }
}
