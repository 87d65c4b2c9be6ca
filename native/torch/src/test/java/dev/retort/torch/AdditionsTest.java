package dev.retort.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import ai.djl.training.tracker.Tracker;

import dev.retort.torch.abi.Autograd;
import dev.retort.torch.abi.Tensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What the module adds to DJL, against Python's values. */
class AdditionsTest {
    private static final Engine ENGINE = Engine.getEngine(TorchEngine.NAME);

    private NDManager manager;
    private AdditionsGolden golden;

    @BeforeEach
    void open() {
        manager = ENGINE.newBaseManager();
        golden = new AdditionsGolden(manager);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Parameter parameter(NDArray array) {
        array.setRequiresGradient(true);
        return Parameter.builder()
                .setName("p")
                .setType(Parameter.Type.WEIGHT)
                .optArray(array)
                .build();
    }

    /** Parameters of zeros, with gradients that are the golden ones times a factor. */
    private List<Parameter> withGradients(float factor) {
        List<Parameter> parameters = new ArrayList<>();
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            NDArray loss = manager.create(0f);
            for (int i = 0; i < 2; i++) {
                NDArray gradient = golden.get("optimizer.gradient.0." + i);
                Parameter parameter = parameter(gradient.zerosLike());
                parameters.add(parameter);
                loss = loss.add(parameter.getArray().mul(gradient).sum().mul(factor));
            }
            collector.backward(loss);
        }
        return parameters;
    }

    @Test
    void clipsByTheGlobalNorm() {
        for (int maximum : new int[] {1, 100}) {
            List<Parameter> parameters = withGradients(1);
            NDArray norm = GradientClipping.byGlobalNorm(parameters, maximum, manager);
            String prefix = "clip." + maximum + ".";
            assertEquals(golden.get(prefix + "norm").getFloat(), norm.getFloat(), 1e-5f);
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(
                        golden.floats(prefix + i),
                        parameters.get(i).getArray().getGradient().toFloatArray(),
                        1e-6f);
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> GradientClipping.byGlobalNorm(List.of(), Float.NaN, manager));
        assertThrows(
                IllegalStateException.class,
                () -> GradientClipping.byGlobalNorm(List.of(), 1, manager));
    }

    @Test
    void attendsAsPythonDoes() {
        NDArray query = golden.get("attention.query");
        NDArray key = golden.get("attention.key");
        NDArray value = golden.get("attention.value");
        NDArray mask = golden.get("attention.mask");
        NDArray bias = golden.get("attention.bias");
        assertAttended("plain", Attention.scaledDotProduct(query, key, value, false));
        assertAttended("causal", Attention.scaledDotProduct(query, key, value, true));
        assertAttended(
                "masked", Attention.scaledDotProduct(query, key, value, mask, 0, false, null));
        assertAttended(
                "biased", Attention.scaledDotProduct(query, key, value, bias, 0, false, null));
        assertAttended(
                "scaled", Attention.scaledDotProduct(query, key, value, null, 0, false, 0.5));
        assertThrows(
                IllegalArgumentException.class,
                () -> Attention.scaledDotProduct(query, key, value, mask, 0, true, null));
    }

    private void assertAttended(String name, NDArray attended) {
        assertArrayEquals(
                golden.floats("attention.out." + name), attended.toFloatArray(), 1e-5f, name);
    }

    @Test
    void attentionHasAGradient() {
        NDArray query = golden.get("attention.query");
        query.setRequiresGradient(true);
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            NDArray attended =
                    Attention.scaledDotProduct(
                            query,
                            golden.get("attention.key"),
                            golden.get("attention.value"),
                            true);
            collector.backward(attended.square().sum());
        }
        assertArrayEquals(
                golden.floats("attention.gradient.query"),
                query.getGradient().toFloatArray(),
                1e-5f);
    }

    @Test
    void crossEntropyIsPythons() {
        NDArray labels = golden.get("loss.labels");
        assertLoss("plain", new FusedSoftmaxCrossEntropyLoss(), labels);
        assertLoss(
                "plain", new FusedSoftmaxCrossEntropyLoss(), labels.toType(DataType.FLOAT32, true));
        assertLoss("plain", new FusedSoftmaxCrossEntropyLoss(), labels.reshape(6, 1));
        assertLoss("soft", new FusedSoftmaxCrossEntropyLoss(), golden.get("loss.probabilities"));
        assertLoss("smoothed", new FusedSoftmaxCrossEntropyLoss("l", null, 0.1, -100), labels);
        assertLoss("ignoring", new FusedSoftmaxCrossEntropyLoss("l", null, 0, 2), labels);
        assertLoss(
                "weighted",
                new FusedSoftmaxCrossEntropyLoss("l", golden.get("loss.weights"), 0, -100),
                labels);
        NDArray logits = golden.get("loss.logits");
        logits.setRequiresGradient(true);
        try (GradientCollector collector = ENGINE.newGradientCollector()) {
            collector.backward(
                    new FusedSoftmaxCrossEntropyLoss()
                            .evaluate(new NDList(labels), new NDList(logits)));
        }
        assertArrayEquals(
                golden.floats("loss.gradient"), logits.getGradient().toFloatArray(), 1e-6f);
    }

    private void assertLoss(String name, FusedSoftmaxCrossEntropyLoss loss, NDArray labels) {
        NDArray logits = golden.get("loss.logits");
        assertEquals(
                golden.get("loss." + name).getFloat(),
                loss.evaluate(new NDList(labels), new NDList(logits)).getFloat(),
                1e-6f,
                name);
    }

    @Test
    void crossEntropyTakesSequences() {
        NDArray logits = golden.get("loss.logits").reshape(2, 3, 4);
        NDArray labels = golden.get("loss.labels").reshape(2, 3);
        assertEquals(
                golden.get("loss.plain").getFloat(),
                new FusedSoftmaxCrossEntropyLoss()
                        .evaluate(new NDList(labels), new NDList(logits))
                        .getFloat(),
                1e-6f);
    }

    @Test
    void scalesAsPythonDoes() {
        int[] overflows = {0, 0, 1, 0, 0, 0, 1, 1, 0};
        float[] scales = golden.floats("scaler.scales");
        try (GradScaler scaler = new GradScaler(manager, 1024, 2, 0.5, 3)) {
            for (int i = 0; i < overflows.length; i++) {
                scaler.adjust(manager.create((float) overflows[i]));
                assertEquals(scales[i], scaler.scale(), "update " + i);
            }
        }
    }

    @Test
    void aStepThatOverflowsChangesNothingAndOneThatDoesNotIsUnscaled() {
        try (GradScaler scaler = new GradScaler(manager, 8, 2, 0.5, 1000);
                FusedOptimizer optimizer =
                        FusedSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build()) {
            List<Parameter> overflowing = withGradients(Float.POSITIVE_INFINITY);
            scaler.step(optimizer, overflowing);
            assertArrayEquals(new float[12], overflowing.getFirst().getArray().toFloatArray());
            assertEquals(4, scaler.scale());
            List<Parameter> good = withGradients(4);
            scaler.step(optimizer, good);
            float[] gradient = golden.floats("optimizer.gradient.0.1");
            float[] moved = good.get(1).getArray().toFloatArray();
            for (int i = 0; i < moved.length; i++) {
                assertEquals(-gradient[i], moved[i], 1e-6f);
            }
            try (GradScaler other = new GradScaler(manager)) {
                other.restore(scaler.state());
                assertEquals(4, other.scale());
            }
        }
    }

    /** Of a weight that the optimizer refuses, as it is a view with gaps. */
    @Test
    void gradientsAreScaledOnesAgainAfterAStepThatFailed() {
        NDArray view = manager.zeros(new Shape(2, 4)).get(":, 1:3");
        Parameter refused = parameter(view);
        try (GradScaler scaler = new GradScaler(manager, 8, 2, 0.5, 1000);
                FusedOptimizer optimizer =
                        FusedSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build()) {
            try (GradientCollector collector = ENGINE.newGradientCollector()) {
                collector.backward(view.sum());
            }
            assertThrows(
                    IllegalArgumentException.class, () -> scaler.step(optimizer, List.of(refused)));
            assertStepUnscales(scaler, optimizer, withGradients(8));
        }
    }

    @Test
    void gradientsAreScaledOnesAgainAfterABatchThatWasLeftOut() {
        try (GradScaler scaler = new GradScaler(manager, 8, 2, 0.5, 1000);
                FusedOptimizer optimizer =
                        FusedSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build()) {
            scaler.unscale(withGradients(8));
            assertThrows(IllegalStateException.class, () -> scaler.scale(manager.create(2f)));
            scaler.skip();
            assertEquals(16, scaler.scale(manager.create(2f)).getFloat());
            assertStepUnscales(scaler, optimizer, withGradients(8));
        }
    }

    @Test
    void unscalingNothingIsRefusedAndLeavesNoTrace() {
        try (GradScaler scaler = new GradScaler(manager, 8, 2, 0.5, 1000);
                FusedOptimizer optimizer =
                        FusedSgd.builder().optLearningRateTracker(Tracker.fixed(1)).build()) {
            assertThrows(IllegalStateException.class, () -> scaler.unscale(List.of()));
            assertThrows(IllegalStateException.class, () -> scaler.step(optimizer, List.of()));
            assertStepUnscales(scaler, optimizer, withGradients(8));
        }
    }

    private void assertStepUnscales(
            GradScaler scaler, FusedOptimizer optimizer, List<Parameter> scaledBy8) {
        scaler.step(optimizer, scaledBy8);
        float[] gradient = golden.floats("optimizer.gradient.0.1");
        float[] moved = scaledBy8.get(1).getArray().toFloatArray();
        for (int i = 0; i < moved.length; i++) {
            assertEquals(-gradient[i], moved[i], 1e-6f);
        }
    }

    @Test
    void autocastComputesInHalfPrecision() {
        NDArray first = golden.get("autocast.first");
        NDArray second = golden.get("autocast.second");
        try (Autocast _ = Autocast.open(Device.cpu(), DataType.BFLOAT16)) {
            NDArray product = first.matMul(second);
            assertEquals(DataType.BFLOAT16, product.getDataType());
            assertArrayEquals(
                    golden.get("autocast.product").toType(DataType.FLOAT32, true).toFloatArray(),
                    product.toType(DataType.FLOAT32, true).toFloatArray());
            try (Autocast _ = Autocast.off(Device.cpu())) {
                assertEquals(DataType.FLOAT32, first.matMul(second).getDataType());
            }
            assertEquals(DataType.BFLOAT16, first.matMul(second).getDataType());
        }
        assertEquals(DataType.FLOAT32, first.matMul(second).getDataType());
        assertThrows(
                IllegalArgumentException.class,
                () -> Autocast.open(Device.cpu(), DataType.FLOAT64));
    }

    @Test
    void aScopeWithoutRecordingIsClosedOnce() {
        NDArray weight = manager.create(1f);
        weight.setRequiresGradient(true);
        try (GradientCollector _ = ENGINE.newGradientCollector()) {
            NoGrad first = NoGrad.open();
            first.close();
            try (NoGrad _ = NoGrad.open()) {
                first.close();
                assertFalse(recorded(weight.mul(2f)));
            }
            assertTrue(recorded(weight.mul(2f)));
        }
    }

    private static boolean recorded(NDArray array) {
        return Autograd.requiresGrad(((TorchNDArray) array).handle());
    }

    @Test
    void autocastHoldsForItsThreadAlone() throws InterruptedException {
        NDArray first = golden.get("autocast.first");
        NDArray second = golden.get("autocast.second");
        AtomicReference<DataType> elsewhere = new AtomicReference<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        try (Autocast _ = Autocast.open(Device.cpu(), DataType.BFLOAT16)) {
            Thread other = new Thread(() -> elsewhere.set(first.matMul(second).getDataType()));
            other.start();
            other.join();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (Autocast _ = Autocast.open(Device.cpu(), DataType.BFLOAT16)) {
                                    refused.set(new AssertionError("opened"));
                                } catch (IllegalStateException e) {
                                    refused.set(e);
                                }
                            })
                    .join();
        }
        assertEquals(DataType.FLOAT32, elsewhere.get());
        assertTrue(refused.get() instanceof IllegalStateException);
    }

    @Test
    void generatorStateIsPythons() {
        RandomState.restore(golden.get("generator.state"));
        assertArrayEquals(
                golden.floats("generator.normal"),
                manager.randomNormal(new Shape(40)).toFloatArray(),
                1e-6f);
        NDArray state = RandomState.save(manager);
        float[] next = manager.randomUniform(0, 1, new Shape(5)).toFloatArray();
        assertArrayEquals(golden.floats("generator.uniform"), next, 1e-7f);
        RandomState.restore(state);
        assertArrayEquals(next, manager.randomUniform(0, 1, new Shape(5)).toFloatArray());
    }

    @Test
    void refusesWhatIsNoGeneratorState() {
        NDArray state = RandomState.save(manager);
        assertThrows(IllegalArgumentException.class, () -> RandomState.restore(state.get("1:")));
        assertThrows(IllegalArgumentException.class, () -> RandomState.restore(state.zerosLike()));
        assertThrows(
                IllegalArgumentException.class,
                () -> RandomState.restore(state.toType(DataType.FLOAT32, true)));
    }

    @Test
    void channelsLastKeepsValues() {
        NDArray images = manager.arange(120f).reshape(2, 3, 4, 5);
        NDArray converted = ChannelsLast.of(images);
        assertEquals(images.getShape(), converted.getShape());
        assertArrayEquals(images.toFloatArray(), converted.toFloatArray());
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.segment(converted));
        assertThrows(IllegalArgumentException.class, () -> ChannelsLast.of(manager.arange(3f)));
    }

    /** Both layouts are the same memory then, but by the strides operators choose theirs. */
    @Test
    void channelsLastHoldsForOneChannel() {
        NDArray images = ChannelsLast.of(manager.ones(new Shape(2, 1, 4, 4)));
        assertArrayEquals(new long[] {16, 1, 4, 1}, Tensors.strides(Handles.of(images)));
        Block convolution = Conv2d.builder().setFilters(3).setKernelShape(new Shape(2, 2)).build();
        convolution.initialize(manager, DataType.FLOAT32, new Shape(2, 1, 4, 4));
        ChannelsLast.convert(convolution);
        NDArray weight = convolution.getParameters().get("weight").getArray();
        assertArrayEquals(new long[] {4, 1, 2, 1}, Tensors.strides(Handles.of(weight)));
    }

    @Test
    void deterministicModeIsSetAndReset() {
        assertFalse(DeterministicMode.required());
        DeterministicMode.require(true);
        try {
            assertTrue(DeterministicMode.required());
        } finally {
            DeterministicMode.require(false);
        }
        assertFalse(DeterministicMode.required());
    }

    @Test
    void theDefaultDeviceIsAGpuWhereLibtorchCountsOne() {
        Engine engine = Engine.getEngine(TorchEngine.NAME);
        assertEquals(engine.getGpuCount() > 0, engine.defaultDevice().isGpu());
        assertEquals(engine.defaultDevice(), manager.getDevice());
        assertEquals(Math.max(1, engine.getGpuCount()), engine.getDevices().length);
    }

    @Test
    void streamsBelongToGpus() {
        assertThrows(
                IllegalArgumentException.class, () -> NativeMemory.currentStream(Device.cpu()));
        if (Engine.getEngine(TorchEngine.NAME).getGpuCount() == 0) {
            assertThrows(EngineException.class, () -> NativeMemory.currentStream(Device.gpu()));
        }
    }
}
