package dev.retort.torch;

import ai.djl.BaseModel;
import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import ai.djl.util.PairList;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/** A model of DJL's blocks; its parameters are saved and loaded in DJL's own format. */
public final class TorchModel extends BaseModel {
    TorchModel(String name, @Nullable Device device) {
        super(name);
        manager = TorchManager.system().newSubManager(device);
        manager.setName("torchModel");
        dataType = DataType.FLOAT32;
    }

    @Override
    public void load(Path modelPath, @Nullable String prefix, @Nullable Map<String, ?> options)
            throws IOException, MalformedModelException {
        setModelDir(modelPath);
        wasLoaded = true;
        requireBlock();
        loadBlock(prefix == null ? modelName : prefix, options);
    }

    @Override
    public void load(InputStream modelStream, @Nullable Map<String, ?> options)
            throws IOException, MalformedModelException {
        wasLoaded = true;
        requireBlock();
        readParameters(modelStream, options);
    }

    private void requireBlock() {
        if (block == null) {
            throw new UnsupportedOperationException(
                    "set the model's block before loading: the engine "
                            + TorchEngine.NAME
                            + " reads DJL's parameters, not TorchScript, for which libtorch's C ABI"
                            + " has no function");
        }
    }

    @Override
    public Trainer newTrainer(TrainingConfig trainingConfig) {
        if (block == null) {
            throw new IllegalStateException(
                    "You must set a block for the model before creating a new trainer");
        }
        if (wasLoaded) {
            // A loaded model may be trained on; its running statistics never have a gradient.
            block.freezeParameters(
                    false,
                    parameter ->
                            parameter.getType() != Parameter.Type.RUNNING_MEAN
                                    && parameter.getType() != Parameter.Type.RUNNING_VAR);
        }
        PairList<Initializer, Predicate<Parameter>> initializers = trainingConfig.getInitializers();
        for (Pair<Initializer, Predicate<Parameter>> pair : initializers) {
            if (pair.getKey() != null && pair.getValue() != null) {
                block.setInitializer(pair.getKey(), pair.getValue());
            }
        }
        return new Trainer(this, trainingConfig);
    }
}
