package dev.retort.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;

import dev.retort.torch.ChannelsLast;
import dev.retort.torch.FastDropout;
import dev.retort.torch.FusedAdam;
import dev.retort.torch.FusedOptimizer;
import dev.retort.torch.FusedSoftmaxCrossEntropyLoss;
import dev.retort.torch.TorchEngine;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * The step of {@link TrainingStep} with what Retort adds to DJL: the fused Adam and loss, the
 * channels last for images, and the fast dropout.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"-DOPT_OUT_TRACKING=true", "--enable-native-access=ALL-UNNAMED"})
public class AdditionsStep {
    /** What is trained. */
    @Param public Workload workload;

    private NDManager manager;
    private Block network;
    private ParameterStore store;
    private Collection<Parameter> parameters;
    private NDArray features;
    private NDArray labels;
    private FusedOptimizer adam;
    private Loss loss;

    /** Makes the network and a random batch. */
    @Setup(Level.Trial)
    public void setUp() {
        manager = Engine.getEngine(TorchEngine.NAME).newBaseManager();
        manager.getEngine().setRandomSeed(1);
        features = manager.randomNormal(workload.input());
        labels =
                manager.randomUniform(0, workload.classes(), new Shape(workload.input().get(0)))
                        .floor()
                        .toType(DataType.INT64, true);
        network = workload.network();
        network.initialize(manager, DataType.FLOAT32, workload.input());
        store = new ParameterStore(manager, false);
        parameters = network.getParameters().values();
        adam = FusedAdam.builder().build();
        loss = new FusedSoftmaxCrossEntropyLoss();
        if (workload == Workload.CNN) {
            ChannelsLast.convert(network);
            features = ChannelsLast.of(features);
        }
    }

    /** Frees the arrays. */
    @TearDown(Level.Trial)
    public void tearDown() {
        adam.close();
        manager.close();
    }

    /** A step. */
    @Benchmark
    public void additions() {
        try (NDManager step = manager.newSubManager()) {
            // Lent: what is computed of them belongs to the step.
            features.tempAttach(step);
            labels.tempAttach(step);
            try (GradientCollector collector = manager.getEngine().newGradientCollector();
                    FastDropout _ = FastDropout.open()) {
                NDList output = network.forward(store, new NDList(features), true);
                collector.backward(loss.evaluate(new NDList(labels), output));
            }
            adam.step(parameters);
        }
    }
}
