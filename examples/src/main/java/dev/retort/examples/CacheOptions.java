package dev.retort.examples;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.cache.CacheFolder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** The options of a command that say where teacher outputs are stored, and how. */
final class CacheOptions {
    private static final Path DEFAULT = Path.of("runs", "teacher-outputs");

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Folder of teacher outputs, which later runs with the same teacher and data read"
                            + " instead of asking it again; default runs/teacher-outputs, or none where"
                            + " --out is given.")
    private @Nullable Path cache;

    @Option(
            names = "--cache-type",
            paramLabel = "TYPE",
            converter = EncodingConverter.class,
            defaultValue = "fp32",
            description =
                    "How teacher outputs are stored: fp32, fp16, or top-K for the K most likely classes"
                            + " and the mass of the rest; default ${DEFAULT-VALUE}.")
    private CacheEncoding cacheType;

    @Option(names = "--no-cache", description = "Keep teacher outputs in memory alone.")
    private boolean noCache;

    /**
     * The folder that the options ask for.
     *
     * @param out {@code --out}
     * @param classes the number of classes
     * @throws IllegalArgumentException if the encoding is not for so few classes
     */
    Optional<CacheFolder> folder(@Nullable Path out, int classes) {
        if (noCache || (cache == null && out != null)) {
            return Optional.empty();
        }
        // Known before the teacher is trained.
        cacheType.check(classes);
        return Optional.of(new CacheFolder(cache == null ? DEFAULT : cache, cacheType));
    }

    /** Reads the name a user types. */
    static final class EncodingConverter implements CommandLine.ITypeConverter<CacheEncoding> {
        @Override
        public CacheEncoding convert(String value) {
            try {
                return CacheEncoding.of(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }
}
