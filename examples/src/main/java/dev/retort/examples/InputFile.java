package dev.retort.examples;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The name of a file to be read. Without a name a path is the folder at hand, which nobody means.
 */
public final class InputFile implements ITypeConverter<Path> {
    /** Made by picocli. */
    public InputFile() {}

    @Override
    public Path convert(String value) {
        if (value.isBlank()) {
            throw new TypeConversionException("expected the name of a file, found none");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    "expected the name of a file, found \"" + value + "\": " + e.getReason());
        }
    }
}
