package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

import dev.retort.distill.fingerprint.Fingerprint;
import dev.retort.distill.train.GradientMode;
import dev.retort.efficiency.OutOfMemory;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A DJL model as a teacher: of Java blocks, of TorchScript, of ONNX Runtime, or of whatever engine
 * DJL has. It may run on another engine or device than the student; inputs and outputs are then
 * copied through host memory.
 *
 * <p>The model runs in evaluation mode and without recording, also while a gradient collector is
 * open, and what it gives is a copy: outputs of TorchScript are inference tensors, which libtorch
 * does not keep for a backward pass.
 */
public final class ModelTeacher implements Teacher {
    private static final String ONNX_RUNTIME = "OnnxRuntime";
    private static final String PYTORCH = "PyTorch";
    private static final String NO_ALTERNATIVE = "ai.djl.onnx.disable_alternative";

    private final Model model;
    private final boolean owned;
    private final TeacherOutput output;
    // What a session of ONNX Runtime holds cannot be read, nor can it change.
    private final @Nullable Fingerprint file;

    private ModelTeacher(
            Model model, boolean owned, TeacherOutput output, @Nullable Fingerprint file) {
        this.model = requireNonNull(model, "model is null");
        this.owned = owned;
        this.output = requireNonNull(output, "output is null");
        this.file = file;
    }

    /**
     * A model in memory.
     *
     * @param model the model, its block initialised; borrowed
     * @param output what its first output means
     * @return the teacher
     * @throws TeacherException if it is of another engine's format, whose parameters cannot be read
     */
    public static ModelTeacher of(Model model, TeacherOutput output) {
        if (model.getBlock() instanceof SymbolBlock
                && !(model.getBlock() instanceof PtSymbolBlock)) {
            throw new TeacherException(
                    "expected a model whose parameters can be read, found %s of %s: give its"
                                    .formatted(
                                            model.getName(),
                                            model.getNDManager().getEngine().getEngineName())
                            + " fingerprint with it, or load it by ModelTeacher.onnx");
        }
        return new ModelTeacher(model, false, output, null);
    }

    /**
     * A model in memory whose parameters cannot be read, as of an engine's own format.
     *
     * @param model the model, which stays as it is; borrowed
     * @param output what its first output means
     * @param fingerprint tells it from all others, such as the hash of its file
     * @return the teacher
     */
    public static ModelTeacher of(Model model, TeacherOutput output, Fingerprint fingerprint) {
        return new ModelTeacher(model, false, output, requireNonNull(fingerprint, "fingerprint"));
    }

    /**
     * A model that DJL saved, as {@code name-0000.params}.
     *
     * @param file the file
     * @param network a block of the structure that was saved, not initialised; DJL takes the widths
     *     of its layers from the file
     * @param output what its first output means
     * @return the teacher, on the default device of the default engine
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it does not fit the network
     */
    public static ModelTeacher saved(Path file, Block network, TeacherOutput output)
            throws IOException {
        String name = fileName(file);
        String epoch = name.replaceFirst("^.*-(\\d+)\\.params$", "$1");
        if (epoch.equals(name)) {
            throw new TeacherException(
                    "expected a file named as DJL names parameters, such as teacher-0000.params,"
                            + " found "
                            + file);
        }
        String prefix = name.substring(0, name.length() - ("-" + epoch + ".params").length());
        Model model = Model.newInstance(prefix);
        model.setBlock(network);
        return load(
                model,
                file,
                () -> {
                    model.load(folder(file), prefix, Map.of("epoch", epoch));
                    // DJL passes over a file that does not begin as its own do.
                    if (!network.isInitialized()) {
                        throw new MalformedModelException("it does not hold parameters of DJL");
                    }
                },
                output,
                null);
    }

    /**
     * An ONNX model, run by DJL's ONNX Runtime engine, which must be on the class path.
     *
     * <p>That engine would load DJL's PyTorch engine for operations on its arrays, and with it a
     * second libtorch beside that of another default engine. So, where DJL's default engine is not
     * PyTorch, this turns it off for the process by DJL's property {@value #NO_ALTERNATIVE}, unless
     * it is set.
     *
     * @param file the file, ending in {@code .onnx}
     * @param output what its first output means
     * @return the teacher, on the CPU
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it is no ONNX model, or the engine is missing
     */
    public static ModelTeacher onnx(Path file, TeacherOutput output) throws IOException {
        return onnx(file, output, Map.of());
    }

    /**
     * An ONNX model on a given number of threads; else as {@link #onnx(Path, TeacherOutput)}.
     *
     * @param file the file, ending in {@code .onnx}
     * @param output what its first output means
     * @param threads threads of an operation, at least 1
     * @return the teacher, on the CPU
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it is no ONNX model, or the engine is missing
     */
    public static ModelTeacher onnx(Path file, TeacherOutput output, int threads)
            throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least 1 thread, found " + threads);
        }
        // The name that DJL's ONNX Runtime engine has for it.
        return onnx(file, output, Map.of("intraOpNumThreads", Integer.toString(threads)));
    }

    private static ModelTeacher onnx(Path file, TeacherOutput output, Map<String, String> options)
            throws IOException {
        if (!PYTORCH.equals(Engine.getDefaultEngineName())
                && System.getProperty(NO_ALTERNATIVE) == null) {
            System.setProperty(NO_ALTERNATIVE, "true");
        }
        return ofFile(file, ONNX_RUNTIME, output, options);
    }

    /**
     * A TorchScript module, run by DJL's PyTorch engine, which must be on the class path and in use
     * in this process.
     *
     * @param file the file, ending in {@code .pt}
     * @param output what its first output means
     * @return the teacher, on the engine's default device
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it is no TorchScript module, or another engine is in use
     */
    public static ModelTeacher torchScript(Path file, TeacherOutput output) throws IOException {
        String engine = Engine.getDefaultEngineName();
        if (!PYTORCH.equals(engine)) {
            // The two load libtorch in versions that bear the same library names.
            throw new TeacherException(
                    "expected DJL's PyTorch engine for the TorchScript module %s, found %s in use"
                            .formatted(file, engine));
        }
        ModelTeacher teacher = ofFile(file, PYTORCH, output, Map.of());
        if (teacher.model.getBlock() instanceof PtSymbolBlock module) {
            // DJL does so in the first pass, and the module's flag is part of what is hashed.
            JniUtils.enableInferenceMode(module);
        }
        return teacher;
    }

    private static ModelTeacher ofFile(
            Path file, String engine, TeacherOutput output, Map<String, String> options)
            throws IOException {
        String name = fileName(file);
        if (!Engine.hasEngine(engine)) {
            throw new TeacherException(
                    "expected DJL's engine %s on the class path for %s, found %s"
                            .formatted(engine, file, Engine.getAllEngines()));
        }
        Fingerprint fingerprint = ONNX_RUNTIME.equals(engine) ? OnnxFiles.fingerprint(file) : null;
        // ONNX Runtime would look for CUDA on another device, and warn if there is none.
        Device device = ONNX_RUNTIME.equals(engine) ? Device.cpu() : null;
        Model model = Model.newInstance(name, device, engine);
        return load(
                model, file, () -> model.load(folder(file), name, options), output, fingerprint);
    }

    private interface Loading {
        void run() throws IOException, MalformedModelException;
    }

    private static ModelTeacher load(
            Model model,
            Path file,
            Loading loading,
            TeacherOutput output,
            @Nullable Fingerprint fingerprint)
            throws IOException {
        boolean loaded = false;
        try {
            loading.run();
            loaded = true;
        } catch (MalformedModelException | EOFException | RuntimeException e) {
            throw new TeacherException(
                    "expected a model for %s in %s, %s"
                            .formatted(
                                    model.getNDManager().getEngine().getEngineName(),
                                    file,
                                    e instanceof EOFException
                                            ? "found a file that was cut short"
                                            : "which it cannot read: " + firstLine(e)),
                    e);
        } finally {
            if (!loaded) {
                model.close();
            }
        }
        return new ModelTeacher(model, true, output, fingerprint);
    }

    private static Path folder(Path file) {
        return requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    }

    private static String fileName(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return requireNonNull(file.getFileName(), "a file has a name").toString();
    }

    static String firstLine(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.toString() : message.lines().findFirst().orElse(message);
    }

    @Override
    public String description() {
        return "%s (%s)".formatted(model.getName(), engine().getEngineName());
    }

    @Override
    public TeacherOutput output() {
        return output;
    }

    /**
     * The model itself.
     *
     * @return the model, owned by this teacher unless it was given to it
     */
    public Model model() {
        return model;
    }

    @Override
    public NDArray outputs(NDList data, long[] positions, NDManager owner) {
        return outputs(data, owner, 1).head();
    }

    /**
     * The first outputs for a batch, for a model that gives features beside its logits.
     *
     * @param data the inputs, as for {@link Teacher#outputs}
     * @param owner owns the results
     * @param count how many
     * @return copies, {@code FLOAT32}
     * @throws TeacherException if the model cannot take these inputs or gives fewer outputs
     * @throws EngineException if memory runs out
     * @throws IllegalStateException if the model was closed
     */
    public NDList outputs(NDList data, NDManager owner, int count) {
        NDManager own = model.getNDManager();
        try (GradientMode _ = GradientMode.off(owner.getEngine());
                GradientMode _ = GradientMode.off(own.getEngine());
                NDManager scope = own.newSubManager()) {
            NDList inputs = new NDList(data.size());
            for (NDArray array : data) {
                inputs.add(
                        isAlike(array.getManager(), own) ? view(array, scope) : copy(array, scope));
            }
            NDList given = forward(inputs, scope);
            given.attach(scope);
            if (given.size() < count) {
                throw new TeacherException(
                        "expected at least %d outputs of %s, found %d"
                                .formatted(count, description(), given.size()));
            }
            NDList results = new NDList(count);
            for (NDArray array : given.subList(0, count)) {
                results.add(result(array, owner));
            }
            return results;
        }
    }

    private NDList forward(NDList inputs, NDManager scope) {
        try {
            return model.getBlock().forward(new ParameterStore(scope, false), inputs, false);
        } catch (EngineException | IllegalArgumentException e) {
            // Of other inputs there would be as little memory.
            if (OutOfMemory.isMeantBy(e)) {
                throw e;
            }
            throw RefusedInputs.of(inputs, description(), e);
        }
    }

    private static NDArray result(NDArray array, NDManager owner) {
        NDArray copied;
        if (isAlike(array.getManager(), owner)) {
            // Not every engine can stop recording, so what was recorded is left behind here. A
            // clone made outside libtorch's inference mode is a tensor like any other.
            NDArray view = array.stopGradient();
            copied = view.duplicate();
            view.close();
            copied.attach(owner);
        } else {
            copied = copy(array, owner);
        }
        if (copied.getDataType() == DataType.FLOAT32) {
            return copied;
        }
        NDArray converted = copied.toType(DataType.FLOAT32, false);
        copied.close();
        return converted;
    }

    private static boolean isAlike(NDManager one, NDManager other) {
        return one.getEngine() == other.getEngine() && one.getDevice().equals(other.getDevice());
    }

    /** Through host memory, since an engine knows no arrays of another. */
    private static NDArray copy(NDArray array, NDManager owner) {
        Shape shape = array.getShape();
        return owner.create(array.toByteBuffer(), shape, array.getDataType());
    }

    /** What is made of a view belongs to its manager. */
    private static NDArray view(NDArray array, NDManager scope) {
        NDArray view = array.stopGradient();
        view.attach(scope);
        return view;
    }

    private Engine engine() {
        return model.getNDManager().getEngine();
    }

    @Override
    public Fingerprint fingerprint() {
        Fingerprint computed = file == null ? Fingerprint.of(model.getBlock()) : file;
        return Fingerprint.of(List.of(output.label(), computed.hex()));
    }

    /** Closes the model if it was loaded by this class. */
    @Override
    public void close() {
        if (owned) {
            model.close();
        }
    }
}
