package dev.retort.distill.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.distill.TeacherOrigin;
import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The teacher.
 *
 * @param network its network
 * @param training how it is trained, unless a file is named
 * @param augmentation how the images are changed that it trains on; {@code null} for not at all
 * @param shared whether one teacher, that of the first seed, teaches the students of all seeds
 * @param file a teacher that was trained before: the parameters of the network, as DJL saved them,
 *     or a whole model, ONNX where the name ends in {@code .onnx} and TorchScript where it ends in
 *     {@code .pt}; {@code null} for none
 * @param labelMap for each class of the data the class of that teacher; {@code null} where they are
 *     the same
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TeacherSettings(
        NetworkSettings network,
        TrainingSettings training,
        @Nullable AugmentationSettings augmentation,
        boolean shared,
        @Nullable String file,
        @Nullable List<Integer> labelMap,
        @Nullable String sha256) {
    private static final String ONNX = ".onnx";
    private static final String TORCH_SCRIPT = ".pt";
    private static final Pattern PARAMETERS = Pattern.compile(".*-\\d+\\.params");

    /**
     * Checks that nothing is missing, that a label map and a hash have a file, and that a whole
     * model, whose logits are taken as they are, has no label map.
     */
    public TeacherSettings {
        requireNonNull(network, "expected network, found none");
        requireNonNull(training, "expected training, found none");
        if (labelMap != null && file == null) {
            throw new IllegalArgumentException(
                    "expected the file of a teacher with a label map, found none");
        }
        if (labelMap != null && hasWholeModel(file)) {
            throw new IllegalArgumentException(
                    "expected no label map with a whole model, which must have the classes of the"
                            + " data, found one with "
                            + file);
        }
        if (sha256 != null && file == null) {
            throw new IllegalArgumentException(
                    "expected the file of a teacher with a hash, found none");
        }
    }

    /**
     * Where the teacher comes from.
     *
     * @return the origin
     * @throws IllegalArgumentException if the name of the file is none of a teacher
     */
    public TeacherOrigin origin() {
        if (file == null) {
            return shared ? TeacherOrigin.ONCE : TeacherOrigin.EACH_SEED;
        }
        Path place = Path.of(file);
        if (file.endsWith(ONNX)) {
            return new TeacherOrigin.Given(
                    "the ONNX model " + file, () -> ModelTeacher.onnx(place, TeacherOutput.LOGITS));
        }
        if (file.endsWith(TORCH_SCRIPT)) {
            return new TeacherOrigin.Given(
                    "the TorchScript module " + file,
                    () -> ModelTeacher.torchScript(place, TeacherOutput.LOGITS));
        }
        if (!PARAMETERS.matcher(file).matches()) {
            throw new IllegalArgumentException(
                    "expected a teacher in a file named as DJL names parameters, such as teacher-0000.params, or .onnx or .pt as a whole model, found "
                            + file);
        }
        return new TeacherOrigin.Saved(place, labelMap == null ? List.of() : labelMap);
    }

    /**
     * Whether the teacher is a model that needs no network of this recipe.
     *
     * @return false for parameters, and where there is no file
     */
    public boolean hasWholeModel() {
        return hasWholeModel(file);
    }

    /**
     * Whether the teacher is a module of TorchScript, which DJL's PyTorch engine alone runs.
     *
     * @return false where there is no file
     */
    public boolean hasTorchScript() {
        return file != null && file.endsWith(TORCH_SCRIPT);
    }

    private static boolean hasWholeModel(@Nullable String file) {
        return file != null && (file.endsWith(ONNX) || file.endsWith(TORCH_SCRIPT));
    }

    /**
     * The same with another training.
     *
     * @param training how it is trained
     * @return the settings
     */
    public TeacherSettings with(TrainingSettings training) {
        return new TeacherSettings(network, training, augmentation, shared, file, labelMap, sha256);
    }

    /**
     * The same network, trained before. The hash stays where the file does.
     *
     * @param file the parameters
     * @param labelMap for each class of the data the class of the teacher; {@code null} where they
     *     are the same
     * @return the settings
     */
    public TeacherSettings saved(String file, @Nullable List<Integer> labelMap) {
        String hash = file.equals(this.file) ? sha256 : null;
        return new TeacherSettings(network, training, augmentation, shared, file, labelMap, hash);
    }

    /** The same teacher, whose file is named in another way. */
    TeacherSettings at(String path) {
        return new TeacherSettings(network, training, augmentation, shared, path, labelMap, sha256);
    }

    /**
     * The same with the place and the hash of the file that was trained before, so that the
     * settings mean the same teacher from any folder.
     *
     * @return the settings; these where no file is named
     * @throws IOException if the file is missing or cannot be read
     * @throws IllegalArgumentException if it has another hash than these settings name
     */
    public TeacherSettings pinned() throws IOException {
        if (file == null) {
            return this;
        }
        Path place = Path.of(file).toAbsolutePath();
        if (!Files.isRegularFile(place)) {
            throw new NoSuchFileException(file);
        }
        String found = Fingerprint.of(place).hex();
        if (sha256 != null && !sha256.equals(found)) {
            throw new IllegalArgumentException(
                    "expected a teacher with the SHA-256 hash %s that the recipe names, found %s in %s"
                            .formatted(sha256, found, file));
        }
        return new TeacherSettings(
                network, training, augmentation, shared, place.toString(), labelMap, found);
    }
}
