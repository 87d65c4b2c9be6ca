package dev.retort.experiment.search;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How a search spends less on trials that will not win. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AshaStopping.class, name = "ASHA"),
    @JsonSubTypes.Type(value = AshaPromotion.class, name = "ASHA_PROMOTION"),
    @JsonSubTypes.Type(value = Hyperband.class, name = "HYPERBAND"),
    @JsonSubTypes.Type(value = MedianRule.class, name = "MEDIAN")
})
public sealed interface EarlyStopping permits StoppingRule, AshaPromotion, Hyperband {
    /** The name and version that stands in the log. */
    default String policy() {
        return switch (this) {
            case AshaStopping _ -> "asha-stopping/1";
            case AshaPromotion _ -> "asha-promotion/1";
            case Hyperband _ -> "hyperband/1";
            case MedianRule _ -> "median/1";
        };
    }
}
