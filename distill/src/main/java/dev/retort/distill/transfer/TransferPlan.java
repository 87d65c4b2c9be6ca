package dev.retort.distill.transfer;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * Which parameters of a network are trained, and at what share of the learning rate. Immutable.
 *
 * <p>A plan holds no network: it is applied to one, and to the next one after it was loaded, since
 * neither DJL's files nor TorchScript's keep what was frozen, and a DJL trainer unfreezes all
 * parameters of a model that was loaded. {@link TransferTraining} does so at each start.
 *
 * {@snippet :
 * TransferPlan plan = TransferPlan.builder().freezeFirst(3).layerDecay(0.8f).build();
 * plan.apply(network);
 * Adam adam = new Adam(tracker, 0, manager, plan.rates(network));
 * }
 *
 * <p>Rules are applied in the order in which they were given; a later one overrides an earlier one.
 */
public final class TransferPlan {
    private final List<Rule> rules;
    private final OptionalDouble layerDecay;
    private final FrozenNormalisation normalisation;

    /**
     * What happens to some parameters.
     *
     * @param words what it is, for messages
     * @param chosen tells by path, and by layer from 0, which parameters
     * @param rate the share of the learning rate; 0 freezes
     */
    private record Rule(String words, Choice chosen, float rate) {}

    @FunctionalInterface
    private interface Choice {
        boolean has(String path, int layer);
    }

    private TransferPlan(Builder builder) {
        rules = List.copyOf(builder.rules);
        layerDecay = builder.layerDecay;
        normalisation = builder.normalisation;
    }

    /**
     * A plan by which all parameters are trained at the same rate.
     *
     * @return the plan
     */
    public static TransferPlan trainAll() {
        return builder().build();
    }

    /**
     * A linear probe: the last layer alone is trained.
     *
     * @param network the network
     * @return the plan
     */
    public static TransferPlan lastLayer(Block network) {
        return lastLayers(network, 1);
    }

    /**
     * Gradual unfreezing (Howard and Ruder, "Universal language model fine-tuning", 2018): the last
     * layer, then the last two, and so on up to all.
     *
     * @param network the network
     * @return a plan for each stage, as many as there are layers
     */
    public static List<TransferPlan> gradual(Block network) {
        List<TransferPlan> stages = new ArrayList<>();
        for (int last = 1; last <= layers(network).size(); last++) {
            stages.add(lastLayers(network, last));
        }
        return List.copyOf(stages);
    }

    private static TransferPlan lastLayers(Block network, int count) {
        int layers = layers(network).size();
        return layers == count ? trainAll() : builder().freezeFirst(layers - count).build();
    }

    /**
     * A builder of a plan that begins with all parameters trained at the same rate, and keeps the
     * statistics of frozen normalisations.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Makes plans. */
    public static final class Builder {
        private final List<Rule> rules = new ArrayList<>();
        private OptionalDouble layerDecay = OptionalDouble.empty();
        private FrozenNormalisation normalisation = FrozenNormalisation.KEEP_STATISTICS;

        private Builder() {}

        /**
         * Freezes by path.
         *
         * @param path the path of a parameter, or of a block with all that is in it
         * @return this
         */
        public Builder freeze(String path) {
            return rate(path, 0);
        }

        /**
         * Freezes by depth.
         *
         * @param layers how many layers from the input on, at least 1; a layer is a child of the
         *     network, or of the one block that the network consists of, that has parameters
         * @return this
         */
        public Builder freezeFirst(int layers) {
            if (layers < 1) {
                throw new IllegalArgumentException("expected at least 1 layer, found " + layers);
            }
            rules.add(new Rule("the first %d layers".formatted(layers), (_, i) -> i < layers, 0));
            return this;
        }

        /**
         * Freezes by a predicate.
         *
         * @param paths tells of a parameter's path whether it is frozen
         * @return this
         */
        public Builder freezeWhere(Predicate<String> paths) {
            requireNonNull(paths, "paths is null");
            rules.add(new Rule("those of a predicate", (path, _) -> paths.test(path), 0));
            return this;
        }

        /**
         * Trains what an earlier rule froze.
         *
         * @param path the path of a parameter, or of a block with all that is in it
         * @return this
         */
        public Builder train(String path) {
            return rate(path, 1);
        }

        /**
         * A discriminative learning rate.
         *
         * @param path the path of a parameter, or of a block with all that is in it
         * @param share the share of the learning rate; 0 freezes
         * @return this
         */
        public Builder rate(String path, float share) {
            requireNonNull(path, "path is null");
            if (!(share >= 0 && Float.isFinite(share))) {
                throw new IllegalArgumentException(
                        "expected a share of the learning rate of at least 0, found " + share);
            }
            rules.add(
                    new Rule(path, (parameter, _) -> ParameterPaths.isAt(parameter, path), share));
            return this;
        }

        /**
         * Smaller learning rates for layers nearer to the input (Clark et al., "ELECTRA", 2020):
         * the last layer has the whole rate, and each one before it this share of the next one's.
         *
         * @param share above 0, at most 1
         * @return this
         */
        public Builder layerDecay(float share) {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "expected a layer decay above 0 and at most 1, found " + share);
            }
            layerDecay = OptionalDouble.of(share);
            return this;
        }

        /**
         * Says what batch normalisations do in frozen blocks.
         *
         * @param policy the policy
         * @return this
         */
        public Builder normalisation(FrozenNormalisation policy) {
            normalisation = requireNonNull(policy, "policy is null");
            return this;
        }

        /**
         * Makes the plan.
         *
         * @return the plan
         */
        public TransferPlan build() {
            return new TransferPlan(this);
        }
    }

    /**
     * What batch normalisations do in frozen blocks.
     *
     * @return the policy
     */
    public FrozenNormalisation normalisation() {
        return normalisation;
    }

    /**
     * The shares of the learning rate that this plan gives, running statistics left out.
     *
     * @param network the network
     * @return a share for each parameter by path, 0 for a frozen one
     * @throws IllegalArgumentException if a rule is of no parameter of the network, or all are
     *     frozen
     */
    public SequencedMap<String, Float> shares(Block network) {
        SequencedMap<String, Parameter> parameters = ParameterPaths.of(network);
        List<String> layers = List.copyOf(layers(network));
        SequencedMap<String, Float> shares = new LinkedHashMap<>();
        parameters.forEach(
                (path, parameter) -> {
                    if (!ParameterPaths.isStatistic(parameter)) {
                        shares.put(path, 1f);
                    }
                });
        for (Rule rule : rules) {
            boolean used = false;
            for (Map.Entry<String, Float> entry : shares.entrySet()) {
                if (rule.chosen().has(entry.getKey(), layer(entry.getKey(), layers))) {
                    entry.setValue(rule.rate());
                    used = true;
                }
            }
            if (!used) {
                throw new IllegalArgumentException(
                        "expected a parameter for the rule of %s, found none among %s"
                                .formatted(rule.words(), shares.keySet()));
            }
        }
        layerDecay.ifPresent(
                decay ->
                        shares.replaceAll(
                                (path, share) ->
                                        share
                                                * (float)
                                                        Math.pow(
                                                                decay,
                                                                layers.size()
                                                                        - 1.0
                                                                        - layer(path, layers))));
        if (shares.values().stream().allMatch(share -> share == 0)) {
            throw new IllegalArgumentException("expected a parameter to train, all are frozen");
        }
        return shares;
    }

    /**
     * Freezes and unfreezes the parameters of a network as planned. Running statistics stay as they
     * are: no plan has them trained.
     *
     * @param network the network
     * @throws IllegalArgumentException as {@link #shares}
     */
    public void apply(Block network) {
        SequencedMap<String, Parameter> parameters = ParameterPaths.of(network);
        shares(network).forEach((path, share) -> parameter(parameters, path).freeze(share == 0));
        requireApplied(network);
    }

    /**
     * Makes sure that a network is as planned.
     *
     * @param network the network
     * @throws IllegalStateException if a parameter is frozen that is to be trained, or the reverse
     */
    public void requireApplied(Block network) {
        SequencedMap<String, Parameter> parameters = ParameterPaths.of(network);
        List<String> wrong = new ArrayList<>();
        shares(network)
                .forEach(
                        (path, share) -> {
                            Parameter parameter = parameter(parameters, path);
                            boolean recorded =
                                    parameter.requiresGradient()
                                            && (!parameter.isInitialized()
                                                    || parameter.getArray().hasGradient());
                            if (recorded == (share == 0)) {
                                wrong.add(path);
                            }
                        });
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(
                    "expected parameters frozen as planned, found otherwise %s: apply the plan after the network was loaded"
                            .formatted(wrong));
        }
    }

    /**
     * The shares of the learning rate as an optimizer asks for them.
     *
     * @param network the network
     * @return shares by the identity of a parameter, frozen ones left out
     */
    public Map<String, Float> rates(Block network) {
        SequencedMap<String, Parameter> parameters = ParameterPaths.of(network);
        Map<String, Float> rates = new HashMap<>();
        shares(network)
                .forEach(
                        (path, share) -> {
                            if (share != 0) {
                                rates.put(parameter(parameters, path).getId(), share);
                            }
                        });
        return Map.copyOf(rates);
    }

    private static Parameter parameter(SequencedMap<String, Parameter> parameters, String path) {
        return requireNonNull(parameters.get(path), path);
    }

    /**
     * The paths of the layers from the input on: of the blocks with parameters on the first level
     * on which there is more than one.
     */
    static SequencedSet<String> layers(Block network) {
        SequencedSet<String> paths = new LinkedHashSet<>(ParameterPaths.of(network).keySet());
        String common = "";
        while (true) {
            String prefix = common;
            SequencedSet<String> layers = new LinkedHashSet<>();
            paths.forEach(path -> layers.add(prefix + head(path.substring(prefix.length()))));
            boolean isParameter = layers.stream().anyMatch(paths::contains);
            if (layers.size() != 1 || isParameter) {
                return layers;
            }
            common = layers.getFirst() + "/";
        }
    }

    private static String head(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    private static int layer(String path, List<String> layers) {
        for (int i = 0; i < layers.size(); i++) {
            if (ParameterPaths.isAt(path, layers.get(i))) {
                return i;
            }
        }
        throw new AssertionError("each parameter is in a layer: " + path);
    }
}
