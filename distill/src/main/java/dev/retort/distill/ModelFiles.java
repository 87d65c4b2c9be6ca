package dev.retort.distill;

import ai.djl.Model;

import dev.retort.distill.checkpoint.SafetensorsLibrary;
import dev.retort.torch.safetensors.BlockParameters;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Saves DJL models so that a crash leaves either the old file or the new one. DJL itself writes the
 * final file in place.
 */
public final class ModelFiles {
    private ModelFiles() {}

    /**
     * Saves the parameters of a model as {@code folder/name-0000.params}, in DJL's format and by
     * its naming, so that {@code model.load(folder, name)} reads it.
     *
     * @param model the model
     * @param folder an existing folder
     * @param name the name of the model
     * @return the file, complete and forced to disk
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     */
    public static Path save(Model model, Path folder, String name) throws IOException {
        Path staging = Files.createTempDirectory(folder, "." + name);
        try {
            model.save(staging, name);
            Path written = onlyFile(staging);
            try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return Files.move(
                    written,
                    folder.resolve(written.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            deleteTree(staging);
        }
    }

    /**
     * Saves the parameters of a model as {@code folder/name.safetensors}, running statistics of
     * normalisation included, for Python or another JVM library. Their names are those of DJL.
     *
     * @param model the model
     * @param folder an existing folder
     * @param name the name of the model
     * @return the file, complete and forced to disk
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     * @throws IllegalStateException without {@code dev.retort:retort-torch} on the class path
     */
    public static Path saveWeights(Model model, Path folder, String name) throws IOException {
        return saveWeights(model, folder, name, Map.of());
    }

    /**
     * Saves the same with metadata.
     *
     * @param model the model
     * @param folder an existing folder
     * @param name the name of the model
     * @param metadata what the file says beside the parameters, such as {@link
     *     dev.retort.distill.recipe.ModelRecipe#metadata}
     * @return the file, complete and forced to disk
     * @throws IOException if it cannot be written; an older file of that name is then unchanged
     * @throws IllegalStateException without {@code dev.retort:retort-torch} on the class path
     */
    public static Path saveWeights(
            Model model, Path folder, String name, Map<String, String> metadata)
            throws IOException {
        SafetensorsLibrary.require();
        Path file = folder.resolve(name + ".safetensors");
        Map<String, String> all = new TreeMap<>(metadata);
        // By which Python's libraries know whose layout it is.
        all.put("format", "pt");
        BlockParameters.save(model.getBlock(), file, own -> own, all);
        return file;
    }

    /**
     * Loads the parameters of a model from a safetensors file, in place and all or none. What the
     * file holds beside them is ignored.
     *
     * @param model the model, its block initialised
     * @param file a file with every parameter under its DJL name
     * @throws IOException if it cannot be read, or is no safetensors file
     * @throws IllegalArgumentException if a parameter is missing or of another shape
     * @throws IllegalStateException without {@code dev.retort:retort-torch} on the class path
     */
    public static void loadWeights(Model model, Path file) throws IOException {
        SafetensorsLibrary.require();
        BlockParameters.load(model.getBlock(), file, own -> own);
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst()
                    .orElseThrow(() -> new IOException("the engine wrote no file for the model"));
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
