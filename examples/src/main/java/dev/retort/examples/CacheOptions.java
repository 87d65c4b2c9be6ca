package dev.retort.examples;

import dev.retort.distill.cache.CacheEncoding;
import dev.retort.distill.recipe.CacheSettings;
import dev.retort.distill.recipe.Recipe;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The options of a command that say where teacher outputs are stored, and how. */
final class CacheOptions {
    static final Path DEFAULT = Path.of("runs", "teacher-outputs");

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Folder of teacher outputs, which later runs with the same teacher and data read"
                            + " instead of asking it again; default runs/teacher-outputs, or none where"
                            + " --out is given without --cache-type. Damaged files are named before"
                            + " the training, to be deleted.")
    private @Nullable Path cache;

    @Option(
            names = "--cache-type",
            paramLabel = "TYPE",
            converter = EncodingConverter.class,
            description =
                    "How teacher outputs are stored: fp32, fp16, or top-K for the K most likely classes"
                            + " and the mass of the rest; default fp32.")
    private @Nullable CacheEncoding cacheType;

    @Option(names = "--no-cache", description = "Keep teacher outputs in memory alone.")
    private boolean noCache;

    /**
     * Changes what the options name, and puts the cache into its usual folder where neither they
     * nor the recipe name one.
     *
     * @param out {@code --out}
     * @throws IllegalArgumentException if there is to be no cache, and something is said of it
     */
    void apply(Recipe.Builder builder, @Nullable Path out) {
        CacheSettings settings = builder.build().cache();
        boolean named = cache != null || cacheType != null;
        if (noCache && named) {
            throw new IllegalArgumentException(
                    "expected --no-cache without --cache and --cache-type, found "
                            + (cache == null ? "--cache-type" : "--cache"));
        }
        if (noCache || (!named && settings == null && out != null)) {
            builder.cache(null);
            return;
        }
        Path usual = settings == null ? DEFAULT : Path.of(settings.folder());
        CacheEncoding type =
                settings == null ? CacheEncoding.fp32() : CacheEncoding.of(settings.type());
        builder.cache(
                new CacheSettings(
                        (cache == null ? usual : cache).toString(),
                        (cacheType == null ? type : cacheType).label()));
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
