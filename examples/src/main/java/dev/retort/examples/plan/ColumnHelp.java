package dev.retort.examples.plan;

import dev.retort.planning.table.Column;

import picocli.CommandLine.Model.CommandSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How the columns of a file may be called, for the help of a command. */
final class ColumnHelp {
    private static final int WIDTH = 79;
    private static final String INDENT = "    ";

    private ColumnHelp() {}

    /** Puts the names before what the help ends with. */
    static void addTo(CommandSpec spec, List<Column> columns) {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "",
                                "Columns, by any of these names; case, blanks, _, - and brackets do not",
                                "matter. Of several that fit, one before a semicolon is read rather than",
                                "one after it; of two between the same semicolons --column has to name one."));
        for (Column column : columns) {
            lines.add("  %s: %s".formatted(column.key(), column.what()));
            StringBuilder line = new StringBuilder(INDENT);
            for (String name : names(column)) {
                if (line.length() + name.length() > WIDTH) {
                    lines.add(line.toString().stripTrailing());
                    line = new StringBuilder(INDENT);
                }
                line.append(name).append(' ');
            }
            lines.add(line.toString().stripTrailing());
        }
        lines.addAll(List.of(spec.usageMessage().footer()));
        spec.usageMessage().footer(lines.toArray(String[]::new));
    }

    /** The names with what stands after each: a comma, or a semicolon where a group ends. */
    private static List<String> names(Column column) {
        String all =
                column.names().stream()
                        .map(group -> String.join(",\n", group))
                        .collect(Collectors.joining(";\n"));
        return all.lines().toList();
    }
}
