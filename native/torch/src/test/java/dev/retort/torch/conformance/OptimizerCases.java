package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.COMPOSED;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import java.util.ArrayList;
import java.util.List;

/** Optimizer updates, of the internal interface and through DJL's optimizers. */
final class OptimizerCases {
    private static final float[] CLIPS = {-1, 0.5f};
    private static final float[] DECAYS = {0, 0.1f};
    private static final float[] SCALES = {1, 0.25f};

    private OptimizerCases() {}

    /** The options all updates share. */
    private record Options(float clip, float decay, float scale) {}

    static List<Case> cases() {
        Cases cases = new Cases("optimizer");
        for (float clip : CLIPS) {
            for (float decay : DECAYS) {
                for (float scale : SCALES) {
                    updates(cases, new Options(clip, decay, scale));
                }
            }
        }
        optimizers(cases);
        return cases.list();
    }

    private interface Update {
        void apply(NDArray weight, NDList inputs, NDList weights);
    }

    private static void updates(Cases cases, Options o) {
        String variant = o.toString().replace("Options", "");
        for (float momentum : new float[] {0, 0.9f}) {
            String also = variant + " momentum " + momentum;
            update(
                    cases,
                    "sgdUpdate",
                    also,
                    1,
                    (w, inputs, weights) ->
                            w.getNDArrayInternal()
                                    .sgdUpdate(
                                            inputs, weights, 0.1f, o.decay, o.scale, o.clip,
                                            momentum, true));
            update(
                    cases,
                    "nagUpdate",
                    also,
                    1,
                    (w, inputs, weights) ->
                            w.getNDArrayInternal()
                                    .nagUpdate(
                                            inputs, weights, 0.1f, o.decay, o.scale, o.clip,
                                            momentum));
        }
        for (boolean adamw : new boolean[] {false, true}) {
            update(
                    cases,
                    "adamUpdate",
                    variant + " adamw " + adamw,
                    2,
                    (w, inputs, weights) ->
                            w.getNDArrayInternal()
                                    .adamUpdate(
                                            inputs, weights, 0.1f, 0.05f, o.decay, o.scale, o.clip,
                                            0.9f, 0.999f, 1e-8f, true, adamw));
        }
        update(
                cases,
                "adagradUpdate",
                variant,
                1,
                (w, inputs, weights) ->
                        w.getNDArrayInternal()
                                .adagradUpdate(
                                        inputs, weights, 0.1f, o.decay, o.scale, o.clip, 1e-8f));
        update(
                cases,
                "adadeltaUpdate",
                variant,
                2,
                (w, inputs, weights) ->
                        w.getNDArrayInternal()
                                .adadeltaUpdate(
                                        inputs, weights, o.decay, o.scale, o.clip, 0.9f, 1e-6f));
        for (boolean centered : new boolean[] {false, true}) {
            update(
                    cases,
                    "rmspropUpdate",
                    variant + " centered " + centered,
                    3,
                    (w, inputs, weights) ->
                            w.getNDArrayInternal()
                                    .rmspropUpdate(
                                            inputs, weights, 0.1f, o.decay, o.scale, o.clip, 0.9f,
                                            0.9f, 1e-8f, centered));
        }
    }

    /** Two updates of one weight, and everything they may have changed. */
    private static void update(
            Cases cases, String name, String variant, int states, Update update) {
        cases.add(
                name,
                variant,
                COMPOSED,
                in -> {
                    NDArray weight = in.floats(3, 4);
                    weight.setRequiresGradient(true);
                    NDArray gradient = in.floats(3, 4);
                    NDList inputs = new NDList(weight, gradient);
                    for (int i = 0; i < states; i++) {
                        inputs.add(in.manager().zeros(weight.getShape()));
                    }
                    NDList weights = new NDList(weight);
                    update.apply(weight, inputs, weights);
                    update.apply(weight, inputs, weights);
                    return new ArrayList<>(inputs);
                });
    }

    private static void optimizers(Cases cases) {
        Tracker rate = Tracker.fixed(0.1f);
        optimizer(
                cases,
                "sgd",
                () ->
                        Optimizer.sgd()
                                .setLearningRateTracker(rate)
                                .optMomentum(0.9f)
                                .optWeightDecays(0.01f)
                                .build());
        optimizer(cases, "adam", () -> Optimizer.adam().optLearningRateTracker(rate).build());
        optimizer(cases, "adamW", () -> Optimizer.adamW().optLearningRateTracker(rate).build());
        optimizer(
                cases,
                "nag",
                () -> Optimizer.nag().setLearningRateTracker(rate).setMomentum(0.9f).build());
        optimizer(cases, "adagrad", () -> Optimizer.adagrad().optLearningRateTracker(rate).build());
        optimizer(cases, "adadelta", () -> Optimizer.adadelta().build());
        optimizer(cases, "rmsprop", () -> Optimizer.rmsprop().optLearningRateTracker(rate).build());
    }

    private interface Making {
        Optimizer make();
    }

    /** Five steps towards a target, with the gradients of the engine. */
    private static void optimizer(Cases cases, String name, Making making) {
        cases.add(
                name,
                "five steps",
                COMPOSED,
                in -> {
                    Optimizer optimizer = making.make();
                    NDArray weight = in.floats(4, 3);
                    weight.setRequiresGradient(true);
                    NDArray target = in.floats(4, 3);
                    List<NDArray> losses = new ArrayList<>();
                    for (int step = 0; step < 5; step++) {
                        try (GradientCollector collector =
                                in.manager().getEngine().newGradientCollector()) {
                            NDArray loss = weight.sub(target).square().mean();
                            losses.add(loss);
                            collector.backward(loss);
                        }
                        optimizer.update("weight", weight, weight.getGradient());
                    }
                    return List.of(losses, weight, weight.getGradient());
                });
    }
}
