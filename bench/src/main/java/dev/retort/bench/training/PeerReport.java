package dev.retort.bench.training;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;

import java.util.Map;

/**
 * What {@code bench/peers/torch_peer.py} prints, as far as it is used.
 *
 * @param torch the word PyTorch and its version
 * @param python the version of Python
 * @param device as torch calls it
 * @param library the folder of torch's libtorch
 * @param results by case and way
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record PeerReport(
        @JsonProperty("peer") String torch,
        String python,
        String device,
        String library,
        Map<String, Result> results) {

    private static final ObjectReader READER =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .readerFor(PeerReport.class);

    /**
     * A measured step.
     *
     * @param medianMicroseconds above 0
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Result(@JsonProperty("median_us") double medianMicroseconds) {
        Result {
            if (!(medianMicroseconds > 0 && Double.isFinite(medianMicroseconds))) {
                throw new IllegalArgumentException(
                        "expected a time above 0, found " + medianMicroseconds);
            }
        }
    }

    /**
     * Reads it.
     *
     * @throws JsonProcessingException if something else was printed
     */
    static PeerReport read(String printed) throws JsonProcessingException {
        return READER.readValue(printed);
    }
}
