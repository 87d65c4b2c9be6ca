package dev.retort.planning.fit;

import java.util.function.ToDoubleFunction;

/** A parameter of the parametric law. */
@SuppressWarnings("ImmutableEnumChecker") // The functions hold no state.
public enum LawParameter {
    /** The weight of the model's size. */
    A("A", ParametricLaw::a),
    /** The weight of the data. */
    B("B", ParametricLaw::b),
    /** The loss that stays, in nats. */
    E("E", ParametricLaw::e),
    /** The exponent of the model's size. */
    ALPHA("alpha", ParametricLaw::alpha),
    /** The exponent of the data. */
    BETA("beta", ParametricLaw::beta);

    private final String label;
    private final ToDoubleFunction<ParametricLaw> value;

    LawParameter(String label, ToDoubleFunction<ParametricLaw> value) {
        this.label = label;
        this.value = value;
    }

    /**
     * Its name as tables write it.
     *
     * @return such as {@code alpha}
     */
    public String label() {
        return label;
    }

    /**
     * Its value in a law.
     *
     * @param law the law
     * @return the value
     */
    public double of(ParametricLaw law) {
        return value.applyAsDouble(law);
    }
}
