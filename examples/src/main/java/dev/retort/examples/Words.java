package dev.retort.examples;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads a constant of an enum by the word that help texts have for it: its name in lower case. Any
 * case is taken, and hyphens for underscores.
 *
 * @param type the enum
 */
record Words<E>(Class<E> type) implements ITypeConverter<E> {
    /**
     * Has a command and those below it read all their enums so that have no reader of their own.
     */
    static void readBy(CommandLine command) {
        for (ArgSpec argument : command.getCommandSpec().args()) {
            for (Class<?> type : argument.auxiliaryTypes()) {
                register(command, type);
            }
        }
        command.getSubcommands().values().forEach(Words::readBy);
    }

    private static <E> void register(CommandLine command, Class<E> type) {
        if (type.isEnum()) {
            command.registerConverter(type, new Words<>(type));
        }
    }

    @Override
    public E convert(String value) {
        String wanted = value.toLowerCase(Locale.ROOT).replace('-', '_');
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equals(wanted)) {
                return constant;
            }
        }
        List<String> words = Arrays.stream(type.getEnumConstants()).map(Words::word).toList();
        int last = words.size() - 1;
        throw new TypeConversionException(
                "expected %s or %s, found %s"
                        .formatted(
                                String.join(", ", words.subList(0, last)), words.get(last), value));
    }

    private static String word(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }
}
