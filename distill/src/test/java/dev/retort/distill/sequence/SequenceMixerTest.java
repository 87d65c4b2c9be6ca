package dev.retort.distill.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.function.Supplier;

@Tag("engines")
class SequenceMixerTest {
    private static final int BATCH = 2;
    private static final int LENGTH = 7;
    private static final int WIDTH = 4;
    private static final Shape SHAPE = new Shape(BATCH, LENGTH, WIDTH);

    private final NDManager manager = NDManager.newBaseManager();
    private final NDManager modelManager = manager.newSubManager();
    private final ParameterStore parameters = new ParameterStore(modelManager, false);
    private final Numbers numbers = new Numbers(manager, 2);

    @SuppressWarnings("ImmutableEnumChecker") // Makes a new one each time.
    enum Kind {
        ATTENTION(() -> new CausalAttention(WIDTH, 2, AttentionKernel.COMPOSED)),
        STATE_SPACE(() -> new SelectiveStateSpace(WIDTH, 3, LENGTH)),
        CHUNKED_STATE_SPACE(() -> new SelectiveStateSpace(WIDTH, 3, 3));

        private final Supplier<SequenceMixer> maker;

        Kind(Supplier<SequenceMixer> maker) {
            this.maker = maker;
        }
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private SequenceMixer make(Kind kind) {
        SequenceMixer mixer = kind.maker.get();
        mixer.initialize(modelManager, DataType.FLOAT64, SHAPE);
        // Away from small and equal values, so that every term matters.
        for (Parameter parameter : mixer.getParameters().values()) {
            NDArray array = parameter.getArray();
            array.setRequiresGradient(false);
            array.set(new NDIndex("..."), numbers.normal(array.getShape().getShape()).mul(0.5));
        }
        return mixer;
    }

    private NDArray forward(SequenceMixer mixer, NDArray x) {
        return mixer.forward(parameters, new NDList(x), false).head();
    }

    @ParameterizedTest
    @EnumSource
    void noPositionDependsOnALaterOne(Kind kind) {
        SequenceMixer mixer = make(kind);
        NDArray x = numbers.normal(SHAPE.getShape());
        double[] before = forward(mixer, x).toDoubleArray();
        for (int changed = 0; changed < LENGTH; changed++) {
            NDArray other = x.duplicate();
            other.set(new NDIndex(":, {}", changed), numbers.normal(BATCH, WIDTH));
            double[] after = forward(mixer, other).toDoubleArray();
            for (int i = 0; i < before.length; i++) {
                int position = i / WIDTH % LENGTH;
                if (position < changed) {
                    assertEquals(before[i], after[i], 1e-13, "position " + position);
                } else if (position == changed) {
                    assertNotEquals(before[i], after[i], 1e-9, "position " + position);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepByStepGivesTheSame(Kind kind) {
        SequenceMixer mixer = make(kind);
        NDArray x = numbers.normal(SHAPE.getShape());
        NDArray whole = forward(mixer, x);
        try (SequenceMixer.State state = mixer.newState(manager, DataType.FLOAT64, BATCH, LENGTH)) {
            for (int t = 0; t < LENGTH; t++) {
                NDIndex position = new NDIndex(":, {}:{}", t, t + 1);
                NDArray y = mixer.step(parameters, x.get(position), state);
                assertArrayEquals(
                        whole.get(position).toDoubleArray(), y.toDoubleArray(), 1e-12, "at " + t);
            }
            assertTrue(state.bytes() > 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfInputAndParametersAreRight(Kind kind) {
        SequenceMixer mixer = make(kind);
        NDList arrays = new NDList(numbers.normal(SHAPE.getShape()));
        mixer.getParameters().values().forEach(each -> arrays.add(each.getArray()));
        NDArray weights = numbers.normal(SHAPE.getShape());
        FiniteDifferences.check(
                manager,
                arrays,
                () ->
                        mixer.forward(parameters, new NDList(arrays.head()), true)
                                .head()
                                .mul(weights)
                                .sum());
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingWithTheModel(Kind kind) {
        SequenceMixer mixer = make(kind);
        int before = ((BaseNDManager) modelManager).getManagedArrays().size();
        try (NDManager step = manager.newSubManager();
                SequenceMixer.State state = mixer.newState(step, DataType.FLOAT64, BATCH, LENGTH)) {
            NDArray x = numbers.normal(SHAPE.getShape());
            x.attach(step);
            forward(mixer, x);
            mixer.step(parameters, x.get(":, 0:1"), state);
        }
        assertEquals(before, ((BaseNDManager) modelManager).getManagedArrays().size());
    }

    @Test
    void aFullCacheSaysSo() {
        SequenceMixer mixer = make(Kind.ATTENTION);
        try (SequenceMixer.State state = mixer.newState(manager, DataType.FLOAT64, 1, 1)) {
            NDArray x = numbers.normal(1, 1, WIDTH);
            mixer.step(parameters, x, state);
            IllegalStateException error =
                    assertThrows(
                            IllegalStateException.class, () -> mixer.step(parameters, x, state));
            assertEquals("expected at most 1 positions, found one more", error.getMessage());
        }
    }

    @Test
    void onlyACacheGrows() {
        SequenceMixer attention = make(Kind.ATTENTION);
        SequenceMixer stateSpace = make(Kind.STATE_SPACE);
        NDArray x = numbers.normal(1, 1, WIDTH);
        try (SequenceMixer.State cache = attention.newState(manager, DataType.FLOAT64, 1, 9);
                SequenceMixer.State state = stateSpace.newState(manager, DataType.FLOAT64, 1, 9)) {
            attention.step(parameters, x, cache);
            stateSpace.step(parameters, x, state);
            long first = state.bytes();
            assertEquals(2 * WIDTH * 8, cache.bytes());
            attention.step(parameters, x, cache);
            stateSpace.step(parameters, x, state);
            assertEquals(4 * WIDTH * 8, cache.bytes());
            assertEquals(first, state.bytes());
            // 8 channels, with a state of 3 and the last three inputs each.
            assertEquals(8 * 8 * (3 + 3), first);
        }
    }

    /** In parts of 32 positions or of one, which a processor reads at once, and the rest. */
    @ParameterizedTest
    @CsvSource({"2, 4096, 32", "64, 1024, 1"})
    void aLongSequenceIsReadInParts(int batch, int stateSize, int atOnce) {
        try (NDManager cpu = NDManager.newBaseManager(Device.cpu());
                NDManager model = cpu.newSubManager()) {
            assertEquals(
                    atOnce,
                    SelectiveStateSpace.positionsAtOnce(WIDTH, stateSize, batch, cpu.getDevice()));
            int length = 2 * atOnce + 1;
            SelectiveStateSpace mixer = new SelectiveStateSpace(WIDTH, stateSize, 8);
            mixer.initialize(model, DataType.FLOAT64, new Shape(batch, length, WIDTH));
            ParameterStore store = new ParameterStore(model, false);
            NDArray x = new Numbers(cpu, 2).normal(batch, length, WIDTH);
            double[] whole = mixer.forward(store, new NDList(x), true).head().toDoubleArray();
            int before = ((BaseNDManager) cpu).getManagedArrays().size();
            NDArray read = mixer.forward(store, new NDList(x), false).head();
            assertEquals(before + 1, ((BaseNDManager) cpu).getManagedArrays().size());
            assertArrayEquals(whole, read.toDoubleArray(), 1e-12);
        }
    }

    @Test
    void asManyPositionsAreReadAtOnceAsTheDeviceHasRoomFor() {
        // 256 channels of 16 numbers of four bytes are 16 KiB a position.
        assertEquals(64, SelectiveStateSpace.positionsAtOnce(128, 16, 1, Device.cpu()));
        assertEquals(8, SelectiveStateSpace.positionsAtOnce(128, 16, 8, Device.cpu()));
        assertEquals(16384, SelectiveStateSpace.positionsAtOnce(128, 16, 1, Device.gpu()));
        // No fewer than 64 of all sequences together.
        assertEquals(64, SelectiveStateSpace.positionsAtOnce(2048, 16, 1, Device.cpu()));
        assertEquals(22, SelectiveStateSpace.positionsAtOnce(2048, 16, 3, Device.cpu()));
        assertEquals(1, SelectiveStateSpace.positionsAtOnce(2048, 16, 100, Device.cpu()));
    }

    @Test
    void headsMustDivideTheWidth() {
        IllegalArgumentException error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new CausalAttention(6, 4, AttentionKernel.COMPOSED));
        assertEquals("expected a width that is a multiple of 4 heads, found 6", error.getMessage());
    }
}
