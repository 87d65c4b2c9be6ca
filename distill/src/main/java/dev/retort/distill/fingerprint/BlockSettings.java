package dev.retort.distill.fingerprint;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a block was built with: strides, epsilons, what a lambda captured. DJL shows these nowhere,
 * so they are read from its fields.
 */
public final class BlockSettings {
    private static final String LAYERS = Block.class.getPackageName();
    // Known from the first input on, and the shapes of the parameters tell them.
    private static final Set<String> DERIVED =
            Set.of("inputFeatures", "inputShape", "inChannels", "normalizedShape");

    private BlockSettings() {}

    /**
     * One setting.
     *
     * @param name the name of the field
     * @param value a number, a word, a constant or a shape
     */
    public record Setting(String name, Object value) {}

    /**
     * The settings of a block itself, not of what is in it.
     *
     * @param block the block
     * @return each setting, in an order that is the same in each process; what a lambda captured is
     *     in the order in which it was written
     */
    public static List<Setting> values(Block block) {
        List<Setting> settings = new ArrayList<>();
        for (Class<?> type = block.getClass();
                type != null
                        && type != AbstractBlock.class
                        && type != AbstractBaseBlock.class
                        && type != Object.class;
                type = type.getSuperclass()) {
            // What others change while they run is no setting; DJL's layers have nothing such.
            boolean known = type.getPackageName().startsWith(LAYERS);
            add(settings, type, block, field -> known || Modifier.isFinal(field.getModifiers()));
        }
        return settings;
    }

    /** Each setting in words. */
    static List<String> of(Block block) {
        return values(block).stream()
                .map(setting -> setting.name() + "=" + words(setting.value()))
                .toList();
    }

    private static void add(
            List<Setting> settings, Class<?> type, Object owner, Predicate<Field> chosen) {
        Arrays.stream(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .filter(field -> !DERIVED.contains(field.getName()))
                .filter(chosen)
                .sorted(Comparator.comparing(Field::getName))
                .forEach(
                        field -> {
                            Object value = value(field, owner);
                            if (value != null && isSetting(value)) {
                                settings.add(new Setting(field.getName(), value));
                            } else if (value != null && value.getClass().isHidden()) {
                                // A lambda, which may have another one inside.
                                add(settings, value.getClass(), value, _ -> true);
                            }
                        });
    }

    private static @Nullable Object value(Field field, Object owner) {
        try {
            // A module that is not open keeps its settings to itself.
            return field.trySetAccessible() ? field.get(owner) : null;
        } catch (IllegalAccessException e) {
            throw new AssertionError("the field was made accessible", e);
        }
    }

    private static boolean isSetting(Object value) {
        return switch (value) {
            case String _, Enum<?> _, Shape _, int[] _, long[] _, float[] _ -> true;
            case Object number -> MethodType.methodType(number.getClass()).hasWrappers();
        };
    }

    private static String words(Object value) {
        return switch (value) {
            case int[] numbers -> Arrays.toString(numbers);
            case long[] numbers -> Arrays.toString(numbers);
            case float[] numbers -> Arrays.toString(numbers);
            default -> String.valueOf(value);
        };
    }
}
