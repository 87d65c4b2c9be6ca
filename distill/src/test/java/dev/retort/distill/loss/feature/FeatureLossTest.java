package dev.retort.distill.loss.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.tracker.Tracker;

import dev.retort.distill.loss.FeatureLoss;
import dev.retort.distill.loss.LossOutcome;
import dev.retort.distill.loss.Rows;
import dev.retort.distill.train.Adam;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

@Tag("engines")
class FeatureLossTest {
    private static final Shape MAPS = new Shape(4, 3, 2, 2);
    private static final int SAMPLE = 12;

    /** A loss of maps of one shape without parameters, and what is promised of it. */
    @SuppressWarnings("ImmutableEnumChecker") // Never changed.
    enum Promise {
        SQUARED_ERROR(FeatureSquaredError.hints(null), 100, 1, "match, symmetric"),
        EMBEDDINGS(FeatureSquaredError.embeddings(null), 1, 1, "match, symmetric"),
        COSINE(new FeatureCosine(null), 1, 1, "match, symmetric, scale"),
        ATTENTION(new AttentionTransfer(), 1000, 1, "match, symmetric, scale"),
        SIMILARITY(new SimilarityPreserving(), 3000, 2, "match, symmetric, scale, rotation"),
        PKT(new ProbabilisticTransfer(), 30_000, 2, "match, scale, rotation"),
        NST(new NeuronSelectivity(), 50, 1, "match, symmetric, scale"),
        DISTANCE(new RelationalDistance(), 25, 2, "match, symmetric, scale, shift, rotation"),
        ANGLE(new RelationalAngle(), 50, 3, "match, symmetric, scale, shift, rotation");

        private final FeatureLoss loss;
        private final double weight;
        private final int samples;
        private final Set<String> promises;

        Promise(FeatureLoss loss, double weight, int samples, String promises) {
            this.loss = loss;
            this.weight = weight;
            this.samples = samples;
            this.promises = Set.of(promises.split(", ", -1));
        }

        boolean promises(String promise) {
            return promises.contains(promise);
        }
    }

    private final SplittableRandom random = new SplittableRandom(7);
    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void isZeroWithZeroGradientAtAMatch(Promise promise) {
        double[] features = features();
        LossOutcome outcome = of(promise, features, features);
        assertTrue(promise.promises("match"));
        assertEquals(0, outcome.value(), 1e-14);
        assertArrayEquals(new double[features.length], outcome.gradient(), 1e-8);
        assertTrue(of(promise, features(), features).value() > 1e-5);
    }

    @ParameterizedTest
    @EnumSource
    void isSymmetricOnlyWhereThatIsPromised(Promise promise) {
        double[] student = features();
        double[] teacher = features();
        double one = of(promise, student, teacher).value();
        double other = of(promise, teacher, student).value();
        if (promise.promises("symmetric")) {
            assertEquals(one, other, 1e-12);
        } else {
            assertNotEquals(one, other, 1e-7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void scaleShiftAndRotationCountOnlyWhereThatIsNotPromised(Promise promise) {
        double[] student = features();
        double[] teacher = features();
        double plain = of(promise, student, teacher).value();
        assertUnchanged(
                promise, "scale", plain, of(promise, Rows.each(student, x -> 7 * x), teacher));
        assertUnchanged(
                promise, "scale", plain, of(promise, student, Rows.each(teacher, x -> x / 3)));
        assertUnchanged(
                promise, "shift", plain, of(promise, Rows.each(student, x -> x + 2), teacher));
        assertUnchanged(promise, "rotation", plain, of(promise, rotated(student), teacher));
    }

    private static void assertUnchanged(
            Promise promise, String change, double plain, LossOutcome changed) {
        if (promise.promises(change)) {
            assertEquals(plain, changed.value(), 1e-12, change);
        } else {
            assertNotEquals(plain, changed.value(), 1e-7, change);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOrderOfTheSamplesDoesNotCountAndGradientsFollowIt(Promise promise) {
        double[] student = features();
        double[] teacher = features();
        LossOutcome plain = of(promise, student, teacher);
        LossOutcome turned =
                of(promise, Rows.reversed(student, SAMPLE), Rows.reversed(teacher, SAMPLE));
        assertEquals(plain.value(), turned.value(), 1e-12);
        assertArrayEquals(Rows.reversed(plain.gradient(), SAMPLE), turned.gradient(), 1e-12);
    }

    @ParameterizedTest
    @EnumSource
    void zerosEqualSamplesAndLargeFeaturesGiveFiniteNumbers(Promise promise) {
        double[] zeros = new double[4 * SAMPLE];
        double[] equal = features();
        for (int i = SAMPLE; i < equal.length; i++) {
            equal[i] = equal[i % SAMPLE];
        }
        double[] large = Rows.each(features(), x -> 1e4 * x);
        for (double[] student : List.of(zeros, equal, large)) {
            for (double[] teacher : List.of(zeros, equal, large, features())) {
                for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT64}) {
                    LossOutcome outcome = of(promise, student, teacher, type);
                    assertTrue(Double.isFinite(outcome.value()), outcome.toString());
                    assertTrue(
                            Arrays.stream(outcome.gradient()).allMatch(Double::isFinite),
                            Arrays.toString(outcome.gradient()));
                }
            }
        }
    }

    @Test
    void highPowersOfSmallAndLargeFeaturesAreThoseOfTheirScale() {
        AttentionTransfer loss = new AttentionTransfer(8);
        double[] features = features();
        NDArray teacher = manager.create(features(), MAPS).toType(DataType.FLOAT32, true);
        LossOutcome plain =
                LossOutcome.of(
                        manager.create(features, MAPS),
                        s -> loss.evaluate(s, teacher.toType(DataType.FLOAT64, true), 1));
        assertTrue(plain.value() > 1e-3);
        for (double scale : new double[] {1e-3, 1, 1e3}) {
            LossOutcome scaled =
                    LossOutcome.of(
                            manager.create(Rows.each(features, x -> scale * x), MAPS)
                                    .toType(DataType.FLOAT32, true),
                            s -> loss.evaluate(s, teacher.mul((float) scale), 1));
            assertEquals(plain.value(), scaled.value(), 1e-5);
            assertArrayEquals(
                    plain.gradient(),
                    Rows.each(scaled.gradient(), x -> scale * x),
                    1e-5,
                    "" + scale);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWeightMultipliesValueAndGradientAndIsUsuallyThatOfTheAuthors(Promise promise) {
        NDArray teacher = manager.create(features(), MAPS);
        double[] student = features();
        LossOutcome plain =
                LossOutcome.of(
                        manager.create(student, MAPS), s -> promise.loss.evaluate(s, teacher, 1));
        LossOutcome weighted =
                LossOutcome.of(
                        manager.create(student, MAPS), s -> promise.loss.evaluate(s, teacher, 40));
        assertEquals(40 * plain.value(), weighted.value(), 1e-10);
        assertArrayEquals(Rows.each(plain.gradient(), x -> 40 * x), weighted.gradient(), 1e-10);
        assertEquals(promise.weight, promise.loss.usualWeight());
    }

    @ParameterizedTest
    @EnumSource
    void noGradientReachesTheTeacherAndNothingStaysWithArraysThatLiveLonger(Promise promise) {
        try (NDManager longer = manager.newSubManager();
                NDManager step = manager.newSubManager();
                GradientCollector collector = step.getEngine().newGradientCollector()) {
            NDArray teacher = longer.create(features(), MAPS);
            teacher.setRequiresGradient(true);
            NDArray student = step.create(features(), MAPS);
            student.setRequiresGradient(true);
            NDArray value = promise.loss.evaluate(student, teacher, 1);
            assertEquals(1, longer.getManagedArrays().size());
            // With a gradient of ones, to which the loss would add.
            collector.backward(value.add(teacher.sum()));
            assertArrayEquals(
                    Rows.each(new double[4 * SAMPLE], _ -> 1),
                    teacher.getGradient().toDoubleArray());
            assertNotEquals(0, student.getGradient().abs().sum().getDouble());
        }
    }

    @ParameterizedTest
    @EnumSource
    void namesBatchesThatDoNotFit(Promise promise) {
        NDArray four = manager.ones(MAPS);
        NDArray two = manager.ones(new Shape(2, 3, 2, 2));
        Rows.assertRefused(
                "expected teacher features of the student's 4 samples, found 2",
                () -> promise.loss.evaluate(four, two, 1));
        NDArray flat = manager.ones(new Shape(4));
        Rows.assertRefused(
                "expected features of at least 2 axes, found (4) and (4)",
                () -> promise.loss.evaluate(flat, flat, 1));
        assertEquals(promise.samples, promise.loss.minimumSamples());
        if (promise.samples > 1) {
            NDArray few = manager.ones(new Shape(promise.samples - 1L, 3, 2, 2));
            Rows.assertRefused(
                    "expected a batch of at least %d samples, found %d"
                            .formatted(promise.samples, promise.samples - 1),
                    () -> promise.loss.evaluate(few, few, 1));
        }
    }

    @Test
    void namesFeaturesThatDoNotFit() {
        NDArray vectors = manager.ones(new Shape(4, 6));
        NDArray maps = manager.ones(MAPS);
        NDArray odd = manager.ones(new Shape(4, 3, 5, 2));
        for (FeatureLoss loss : List.of(new AttentionTransfer(), new NeuronSelectivity())) {
            Rows.assertRefused(
                    "expected feature maps of shape (batch, channels, height, width), found (4, 6)"
                            + " and (4, 3, 2, 2)",
                    () -> loss.evaluate(vectors, maps, 1));
            Rows.assertRefused(
                    "expected maps whose height and width are multiples of 2 x 2, found 5 x 2",
                    () -> loss.evaluate(maps, odd, 1));
        }
        Rows.assertRefused(
                "expected teacher features of the student's shape (4, 6), found (4, 7); a projector"
                        + " makes them alike",
                () ->
                        FeatureSquaredError.hints(null)
                                .evaluate(vectors, manager.ones(new Shape(4, 7)), 1));
        Rows.assertRefused(
                "expected features of (batch, width) or (batch, channels, height, width) for both,"
                        + " found (4, 6) and (4, 3, 2, 2)",
                () ->
                        Projector.between(
                                manager, DataType.FLOAT32, vectors.getShape(), maps.getShape()));
        Rows.assertRefused("expected a power from 1 to 8, found 0", () -> new AttentionTransfer(0));
        try (Projector one = Projector.linear(manager, DataType.FLOAT32, 2, 2);
                Projector other = Projector.linear(manager, DataType.FLOAT32, 2, 2)) {
            Rows.assertRefused(
                    "expected a temperature above 0, found 0.0",
                    () -> new ContrastiveRepresentation(one, other, 0));
        }
    }

    @Test
    void aContrastOfFeaturesWithoutRelationIsTwiceTheLogarithmOfTheBatch() {
        try (ContrastiveRepresentation crd =
                ContrastiveRepresentation.create(manager, DataType.FLOAT64, SAMPLE, SAMPLE)) {
            NDArray equal = manager.ones(MAPS, DataType.FLOAT64);
            assertEquals(2 * Math.log(4), crd.evaluate(equal, equal, 1).getDouble(), 1e-9);
            assertEquals(2, crd.minimumSamples());
            assertTrue(FeatureLossKind.CONTRASTIVE.description().startsWith("in-batch "));
            assertEquals(0.8, crd.usualWeight());
            assertEquals(
                    List.of(
                            new Shape(128, SAMPLE),
                            new Shape(128),
                            new Shape(128, SAMPLE),
                            new Shape(128)),
                    crd.parameters().stream()
                            .map(pair -> pair.getValue().getArray().getShape())
                            .toList());
        }
    }

    @Test
    void theVarianceOfVidBeginsAtFive() {
        Shape vectors = new Shape(4, SAMPLE);
        try (VariationalInformation vid =
                new VariationalInformation(manager, DataType.FLOAT64, vectors, vectors)) {
            // Biases begin at 0, so features of 0 have a mean of 0.
            NDArray zeros = manager.zeros(vectors, DataType.FLOAT64);
            double log = vid.evaluate(zeros, zeros, 1).getDouble();
            assertEquals(Math.log(5) / 2, log, 1e-6);
        }
    }

    /** Losses with parameters, made in a manager. */
    static Stream<Function<NDManager, FeatureLoss>> trained() {
        Shape student = new Shape(4, SAMPLE);
        Shape teacher = new Shape(4, 5);
        return Stream.of(
                owner ->
                        FeatureSquaredError.hints(
                                Projector.between(owner, DataType.FLOAT32, student, teacher)),
                owner ->
                        new FeatureCosine(
                                Projector.between(owner, DataType.FLOAT32, student, teacher)),
                owner -> new VariationalInformation(owner, DataType.FLOAT32, student, teacher),
                owner ->
                        ContrastiveRepresentation.create(
                                owner, DataType.FLOAT32, SAMPLE, teacher.get(1)));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void projectorsLearnAndNothingPilesUp(Function<NDManager, FeatureLoss> make) {
        manager.getEngine().setRandomSeed(3);
        try (NDManager longer = manager.newSubManager();
                Adam adam = new Adam(Tracker.fixed(0.05f), 0, manager)) {
            FeatureLoss loss = make.apply(longer);
            NDArray student =
                    longer.create(features(), new Shape(4, SAMPLE)).toType(DataType.FLOAT32, true);
            NDArray teacher =
                    longer.create(Arrays.copyOf(features(), 20), new Shape(4, 5))
                            .toType(DataType.FLOAT32, true);
            double first = step(loss, student, teacher, adam);
            int before = held(longer, loss);
            double last = 0;
            for (int i = 0; i < 60; i++) {
                last = step(loss, student, teacher, adam);
            }
            assertEquals(before, held(longer, loss));
            assertTrue(last < first - 0.2, first + " then " + last);
        }
    }

    /** Arrays of a manager and of those of a loss's parameters, which lie below it. */
    private static int held(NDManager manager, FeatureLoss loss) {
        Set<NDManager> owners = new HashSet<>(Set.of(manager));
        for (var entry : loss.parameters()) {
            owners.add(entry.getValue().getArray().getManager());
        }
        assertTrue(owners.size() > 1, owners.toString());
        return owners.stream().mapToInt(owner -> owner.getManagedArrays().size()).sum();
    }

    private double step(FeatureLoss loss, NDArray student, NDArray teacher, Adam adam) {
        try (NDManager step = manager.newSubManager()) {
            NDArray own = student.duplicate();
            own.attach(step);
            double value;
            try (GradientCollector collector = step.getEngine().newGradientCollector()) {
                NDArray result = loss.evaluate(own, teacher, 1);
                collector.backward(result);
                value = result.getFloat();
            }
            for (var entry : loss.parameters()) {
                Parameter parameter = entry.getValue();
                NDArray gradient = parameter.getArray().getGradient();
                NDList gradients = new NDList(gradient);
                gradients.attach(step);
                adam.update(parameter.getId(), parameter.getArray(), gradient);
            }
            return value;
        }
    }

    private LossOutcome of(Promise promise, double[] student, double[] teacher) {
        return of(promise, student, teacher, DataType.FLOAT64);
    }

    private LossOutcome of(Promise promise, double[] student, double[] teacher, DataType type) {
        NDArray other = manager.create(teacher, MAPS).toType(type, true);
        return LossOutcome.of(
                manager.create(student, MAPS).toType(type, true),
                features -> promise.loss.evaluate(features, other, 1));
    }

    private double[] features() {
        return random.doubles(4 * SAMPLE, -2, 2).toArray();
    }

    /** Turns the first and the last element of each sample into each other. */
    private static double[] rotated(double[] features) {
        double[] turned = features.clone();
        for (int i = 0; i < turned.length; i += SAMPLE) {
            double a = features[i];
            double b = features[i + SAMPLE - 1];
            turned[i] = 0.6 * a - 0.8 * b;
            turned[i + SAMPLE - 1] = 0.8 * a + 0.6 * b;
        }
        return turned;
    }
}
